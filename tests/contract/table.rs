//! A table: which type reads the answer of which endpoint, beyond what the catalogue of the crate names itself.

use http::{HeaderMap, StatusCode};
use mastodon::{
    endpoints::{Empty, Reread, catalogue, reread},
    lenient::{Shape, Wire},
    *,
};
use serde::Serialize;

/// How to read the answer of an endpoint.
pub(crate) struct Row {
    method: String,
    path: String,
    /// The name of the endpoint or type.
    pub(crate) name: String,
    pub(crate) shape: fn() -> Shape,
    pub(crate) reread: fn(StatusCode, &HeaderMap, &[u8]) -> Result<Reread, ApiError>,
}

fn row<T: Wire + Default + Serialize>(method: &str, path: &str) -> Row {
    let name = format!("{method} {path}");
    Row {
        method: method.to_owned(),
        path: path.to_owned(),
        name,
        shape: T::shape,
        reread: reread::<T>,
    }
}

fn entity<T: Wire + Default + Serialize>(name: &str) -> Row {
    row::<T>(name, "")
}

/// The row of `METHOD /path`; of several that fit, the one with the most literal segments.
pub(crate) fn find<'t>(rows: &'t [Row], method: &str, path: &str) -> Option<&'t Row> {
    let fitting = rows
        .iter()
        .filter_map(|row| Some((fit(row, method, path)?, row)));
    fitting
        .max_by_key(|(n_literal, _)| *n_literal)
        .map(|(_, row)| row)
}

/// The row of an entity's name.
pub(crate) fn find_entity<'t>(rows: &'t [Row], name: &str) -> Option<&'t Row> {
    rows.iter()
        .find(|row| row.path.is_empty() && row.method == name)
}

/// The row whose path a file is named after, as `GET_v1_statuses_ID_context_200_1.json`.
pub(crate) fn find_named<'t>(rows: &'t [Row], name: &str) -> Option<&'t Row> {
    let stem = name.rsplit('/').next().unwrap_or(name);
    let fitting = rows
        .iter()
        .filter(|row| !row.path.is_empty())
        .filter_map(|row| {
            let path = row
                .path
                .trim_start_matches("/api")
                .trim_start_matches('/')
                .replace(['/', '.', '-'], "_");
            let fits = ["ID", "NAME", "YEAR", "GROUPKEY"]
                .iter()
                .any(|placeholder| {
                    let named = format!("{}_{}_", row.method, path.replace("{}", placeholder));
                    let after = stem.strip_prefix(&named).unwrap_or_default();
                    after.starts_with(|it: char| it.is_ascii_digit())
                });
            fits.then_some((row.path.len(), row))
        });
    fitting
        .max_by_key(|(length, _)| *length)
        .map(|(_, row)| row)
}

fn fit(row: &Row, method: &str, path: &str) -> Option<usize> {
    let (wanted, given): (Vec<&str>, Vec<&str>) =
        (row.path.split('/').collect(), path.split('/').collect());
    let fits = row.method == method
        && wanted.len() == given.len()
        && wanted
            .iter()
            .zip(&given)
            .all(|(wanted, given)| wanted == given || (*wanted == "{}" && !given.is_empty()));
    fits.then(|| wanted.iter().filter(|it| **it != "{}").count())
}

/// Everything that can be read as a type.
pub(crate) fn rows() -> Vec<Row> {
    let mut rows: Vec<Row> = catalogue()
        .into_iter()
        .map(|it| Row {
            method: it.method.to_string(),
            path: it.path.to_owned(),
            name: it.name.to_owned(),
            shape: it.shape,
            reread: it.reread,
        })
        .collect();
    rows.extend(older());
    rows.extend(admin());
    rows.extend(entities());
    rows
}

/// Endpoints that a client of today does not call, and other servers' own.
fn older() -> Vec<Row> {
    vec![
        row::<Profile>("PATCH", "/api/v1/profile"),
        row::<Empty>("GET", "/api/v1/emails/check_confirmation"),
        row::<SearchResults>("GET", "/api/v1/search"),
        row::<Vec<Account>>("GET", "/api/v1/suggestions"),
        row::<Vec<Tag>>("GET", "/api/v1/trends"),
        row::<PreviewCard>("GET", "/api/v1/statuses/{}/card"),
        row::<MediaAttachment>("POST", "/api/v1/media"),
        row::<FilterV1>("GET", "/api/v1/filters/{}"),
        row::<Empty>("POST", "/api/v1/notifications/dismiss"),
        row::<Empty>("POST", "/api/v2/notifications/clear"),
        row::<NotificationPolicyV1>("GET", "/api/v1/notifications/policy"),
        row::<NotificationPolicyV1>("PUT", "/api/v1/notifications/policy"),
        row::<NotificationPolicyV1>("PATCH", "/api/v1/notifications/policy"),
        row::<GroupedNotifications>("GET", "/api/v2_alpha/notifications"),
        row::<Collections>("GET", "/api/v1_alpha/accounts/{}/collections"),
        row::<CollectionWithAccounts>("GET", "/api/v1_alpha/collections/{}"),
        row::<CollectionWithAccounts>("POST", "/api/v1_alpha/collections"),
        row::<Account>("POST", "/api/v1/follows"),
        row::<Vec<Report>>("GET", "/api/v1/reports"),
        row::<UserInfo>("POST", "/oauth/userinfo"),
        row::<NodeInfo>("GET", "/nodeinfo/{}"),
        row::<NodeInfo>("GET", "/nodeinfo/{}.json"),
        row::<Application>("GET", "/api/v1/apps/{}"),
        row::<Status>("POST", "/api/v1/statuses/{}/react/{}"),
        row::<Status>("POST", "/api/v1/statuses/{}/unreact/{}"),
        row::<Status>("PUT", "/api/v1/statuses/{}/emoji_reactions/{}"),
        row::<Status>("PUT", "/api/v1/pleroma/statuses/{}/reactions/{}"),
        row::<Status>("DELETE", "/api/v1/pleroma/statuses/{}/reactions/{}"),
        row::<Vec<Conversation>>("GET", "/api/v1/pleroma/conversations"),
    ]
}

/// What moderators call.
fn admin() -> Vec<Row> {
    let mut rows = vec![
        row::<Vec<AdminAccount>>("GET", "/api/v1/admin/accounts"),
        row::<Vec<AdminAccount>>("GET", "/api/v2/admin/accounts"),
        row::<AdminAccount>("GET", "/api/v1/admin/accounts/{}"),
        row::<AdminAccount>("DELETE", "/api/v1/admin/accounts/{}"),
        row::<Empty>("POST", "/api/v1/admin/accounts/{}/action"),
        row::<Vec<AdminReport>>("GET", "/api/v1/admin/reports"),
        row::<AdminReport>("GET", "/api/v1/admin/reports/{}"),
        row::<AdminReport>("PUT", "/api/v1/admin/reports/{}"),
        row::<Vec<AdminCanonicalEmailBlock>>("POST", "/api/v1/admin/canonical_email_blocks/test"),
        row::<Vec<AdminMeasure>>("POST", "/api/v1/admin/measures"),
        row::<Vec<AdminDimension>>("POST", "/api/v1/admin/dimensions"),
        row::<Vec<AdminCohort>>("POST", "/api/v1/admin/retention"),
        row::<Vec<AdminTrendLink>>("GET", "/api/v1/admin/trends/links"),
        row::<Vec<AdminTrendStatus>>("GET", "/api/v1/admin/trends/statuses"),
        row::<Vec<AdminTag>>("GET", "/api/v1/admin/trends/tags"),
        row::<Vec<AdminPreviewCardProvider>>("GET", "/api/v1/admin/trends/links/publishers"),
        row::<Vec<AdminTag>>("GET", "/api/v1/admin/tags"),
        row::<AdminTag>("GET", "/api/v1/admin/tags/{}"),
        row::<AdminTag>("PUT", "/api/v1/admin/tags/{}"),
    ];
    for verb in [
        "approve",
        "reject",
        "enable",
        "unsensitive",
        "unsilence",
        "unsuspend",
    ] {
        rows.push(row::<AdminAccount>(
            "POST",
            &format!("/api/v1/admin/accounts/{{}}/{verb}"),
        ));
    }
    for verb in ["assign_to_self", "unassign", "resolve", "reopen"] {
        rows.push(row::<AdminReport>(
            "POST",
            &format!("/api/v1/admin/reports/{{}}/{verb}"),
        ));
    }
    for verb in ["approve", "reject"] {
        rows.push(row::<AdminTrendLink>(
            "POST",
            &format!("/api/v1/admin/trends/links/{{}}/{verb}"),
        ));
        rows.push(row::<AdminTrendStatus>(
            "POST",
            &format!("/api/v1/admin/trends/statuses/{{}}/{verb}"),
        ));
        rows.push(row::<AdminTag>(
            "POST",
            &format!("/api/v1/admin/trends/tags/{{}}/{verb}"),
        ));
        let publishers = format!("/api/v1/admin/trends/links/publishers/{{}}/{verb}");
        rows.push(row::<AdminPreviewCardProvider>("POST", &publishers));
    }
    blocks::<AdminDomainBlock>("domain_blocks", &mut rows);
    blocks::<AdminDomainAllow>("domain_allows", &mut rows);
    blocks::<AdminEmailDomainBlock>("email_domain_blocks", &mut rows);
    blocks::<AdminIpBlock>("ip_blocks", &mut rows);
    blocks::<AdminCanonicalEmailBlock>("canonical_email_blocks", &mut rows);
    rows
}

fn blocks<T: Wire + Default + Serialize>(name: &str, rows: &mut Vec<Row>) {
    let (all, one) = (
        format!("/api/v1/admin/{name}"),
        format!("/api/v1/admin/{name}/{{}}"),
    );
    rows.push(row::<Vec<T>>("GET", &all));
    rows.push(row::<T>("POST", &all));
    rows.push(row::<T>("GET", &one));
    rows.push(row::<T>("PUT", &one));
    rows.push(row::<Empty>("DELETE", &one));
}

/// For files that the index describes by an entity instead of an endpoint.
fn entities() -> Vec<Row> {
    vec![
        entity::<Account>("Account"),
        entity::<Announcement>("Announcement"),
        entity::<Context>("Context"),
        entity::<Conversation>("Conversation"),
        entity::<CredentialAccount>("CredentialAccount"),
        entity::<Filter>("Filter"),
        entity::<GroupedNotifications>("GroupedNotifications"),
        entity::<Instance>("Instance"),
        entity::<Instance>("InstanceV2"),
        entity::<InstanceV1>("InstanceV1"),
        entity::<List>("List"),
        entity::<MediaAttachment>("MediaAttachment"),
        entity::<Notification>("Notification"),
        entity::<Poll>("Poll"),
        entity::<PreviewCard>("PreviewCard"),
        entity::<Relationship>("Relationship"),
        entity::<Report>("Report"),
        entity::<ScheduledStatus>("ScheduledStatus"),
        entity::<SearchResults>("Search"),
        entity::<Status>("Status"),
        entity::<Tag>("Tag"),
        entity::<Translation>("Translation"),
        entity::<PushPayload>("PushPayload"),
        entity::<NodeInfo>("NodeInfo"),
    ]
}
