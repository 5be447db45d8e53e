//! A table of endpoints: timelines, <https://docs.joinmastodon.org/methods/timelines/>.

use super::endpoints;
use crate::{ListId, Paging, Status};

endpoints! {
    /// What the people that one follows write; 206 while the server rebuilds it.
    GET "/api/v1/timelines/home" Needs("read:statuses") => HomeTimeline() { page: Paging } -> Vec<Status>;

    /// Everything public that the server knows, or only its own or only others' statuses.
    GET "/api/v1/timelines/public" Optional => PublicTimeline() {
        local: bool, remote: bool, only_media: bool, page: Paging,
    } -> Vec<Status>;

    /// Public statuses with a hashtag (without `#`); at most four each of any, all and none.
    GET "/api/v1/timelines/tag/{}" Optional => TagTimeline(tag: String) {
        any: Vec<String>, all: Vec<String>, none: Vec<String>,
        local: bool, remote: bool, only_media: bool, page: Paging,
    } -> Vec<Status>;

    /// Public statuses that link to a trending page (4.3); 404 for any other page.
    GET "/api/v1/timelines/link" Optional => LinkTimeline() { url: String, page: Paging } -> Vec<Status>;

    /// What the people of a list write.
    GET "/api/v1/timelines/list/{}" Needs("read:lists") => ListTimeline(id: ListId) { page: Paging } -> Vec<Status>;

    /// Private statuses, on servers that still have this timeline (Pleroma, glitch); use conversations elsewhere.
    GET "/api/v1/timelines/direct" Needs("read:statuses") => DirectTimeline() { page: Paging } -> Vec<Status>;

    /// Statuses of servers near this one (Akkoma).
    GET "/api/v1/timelines/bubble" Optional => BubbleTimeline() { only_media: bool, page: Paging } -> Vec<Status>;
}
