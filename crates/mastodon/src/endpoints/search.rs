//! A table of endpoints: search, trends, announcements, reports and what is left.

use super::endpoints;
use crate::{
    AccountId, Announcement, AnnouncementId, AnnualReportState, AnnualReports, AsyncRefreshAnswer,
    CollectionId, OEmbed, Paging, PreviewCard, Report, ReportCategory, RuleId, ScheduledStatus,
    ScheduledStatusId, SearchResults, Status, StatusId, Tag, Timestamp, endpoints::Empty,
};

endpoints! {
    /// Looks for accounts, hashtags and statuses; with `resolve` and an address as `q` it fetches from elsewhere.
    GET "/api/v2/search" Optional => Search() {
        q: String, r#type: Option<String>, resolve: bool, following: bool, account_id: Option<AccountId>,
        exclude_unreviewed: bool, offset: Option<u32>, page: Paging,
    } -> SearchResults;

    /// Hashtags that many use today.
    GET "/api/v1/trends/tags" Optional => TrendingTags() { limit: Option<u16>, offset: Option<u32> } -> Vec<Tag>;

    /// Links that many share today.
    GET "/api/v1/trends/links" Optional => TrendingLinks() { limit: Option<u16>, offset: Option<u32> }
        -> Vec<PreviewCard>;

    /// Statuses that many like today.
    GET "/api/v1/trends/statuses" Optional => TrendingStatuses() { limit: Option<u16>, offset: Option<u32> }
        -> Vec<Status>;

    /// What the server tells everyone.
    GET "/api/v1/announcements" Token => GetAnnouncements() { with_dismissed: bool } -> Vec<Announcement>;

    /// Marks an announcement as read.
    POST "/api/v1/announcements/{}/dismiss" Needs("write:accounts") => DismissAnnouncement(id: AnnouncementId) {} -> Empty;

    /// Reacts to an announcement with an emoji.
    PUT "/api/v1/announcements/{}/reactions/{}" Needs("write:favourites") =>
        AddAnnouncementReaction(id: AnnouncementId, name: String) {} -> Empty;

    /// Takes a reaction back.
    DELETE "/api/v1/announcements/{}/reactions/{}" Needs("write:favourites") =>
        RemoveAnnouncementReaction(id: AnnouncementId, name: String) {} -> Empty;

    /// Tells moderators about an account.
    POST "/api/v1/reports" Needs("write:reports") => CreateReport() {
        account_id: AccountId, status_ids: Vec<StatusId>, collection_ids: Vec<CollectionId>, comment: Option<String>,
        forward: Option<bool>, category: Option<ReportCategory>, rule_ids: Vec<RuleId>, forward_to_domains: Vec<String>,
    } -> Report;

    /// Statuses that wait for their time.
    GET "/api/v1/scheduled_statuses" Needs("read:statuses") => GetScheduledStatuses() { page: Paging }
        -> Vec<ScheduledStatus>;

    /// One of them.
    GET "/api/v1/scheduled_statuses/{}" Needs("read:statuses") => GetScheduledStatus(id: ScheduledStatusId) {}
        -> ScheduledStatus;

    /// Changes when one is published.
    PUT "/api/v1/scheduled_statuses/{}" Needs("write:statuses") => Reschedule(id: ScheduledStatusId) {
        scheduled_at: Timestamp,
    } -> ScheduledStatus;

    /// Does not publish one.
    DELETE "/api/v1/scheduled_statuses/{}" Needs("write:statuses") => DeleteScheduledStatus(id: ScheduledStatusId) {}
        -> Empty;

    /// One's annual reports (4.3).
    GET "/api/v1/annual_reports" Needs("read:accounts") => GetAnnualReports() {} -> AnnualReports;

    /// The report of one year (4.3).
    GET "/api/v1/annual_reports/{}" Needs("read:accounts") => GetAnnualReport(year: String) {} -> AnnualReports;

    /// Whether there is a report of a year (4.6).
    GET "/api/v1/annual_reports/{}/state" Needs("read:accounts") => GetAnnualReportState(year: String) {}
        -> AnnualReportState;

    /// Marks a report as read (4.3).
    POST "/api/v1/annual_reports/{}/read" Needs("write:accounts") => MarkAnnualReportRead(year: String) {} -> Empty;

    /// Asks for a report of a year (4.6).
    POST "/api/v1/annual_reports/{}/generate" Needs("write:accounts") => GenerateAnnualReport(year: String) {} -> Empty;

    /// How far the work behind an answer is (4.4).
    GET "/api/v1_alpha/async_refreshes/{}" Needs("read") => GetAsyncRefresh(id: String) {} -> AsyncRefreshAnswer;

    /// How to show a status on another page.
    GET "/api/oembed" Public => GetOEmbed() { url: String, maxwidth: Option<u16>, maxheight: Option<u16> } -> OEmbed;
}
