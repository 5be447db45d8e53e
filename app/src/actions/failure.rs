//! Where every failed request gets its one name.

use mastodon::ApiError;
use mastodon::rate_limit::Wait;
use store::Failure;

use crate::browser::clock;
use crate::browser::fetch::Trouble;

/// The failure of a request that no answer came to.
pub(super) fn of_trouble(trouble: Trouble) -> Failure {
    match trouble {
        Trouble::Unreachable => Failure::Offline,
        Trouble::TimedOut => Failure::TimedOut,
    }
}

/// The failure that an answer means.
pub(super) fn of_answer(error: ApiError) -> Failure {
    match error {
        ApiError::Offline { .. } => Failure::Offline,
        ApiError::Unauthorized { .. } => Failure::Unauthorized,
        ApiError::NotFound { .. } | ApiError::Gone { .. } => Failure::NotFound,
        ApiError::RateLimited { until } => Failure::RateLimited {
            until: until.map(moment),
        },
        ApiError::Forbidden { message } => Failure::Server {
            status: 403,
            message,
        },
        ApiError::Conflict { message } => Failure::Server {
            status: 409,
            message,
        },
        ApiError::Validation { message, .. } => Failure::Server {
            status: 422,
            message,
        },
        ApiError::Server { status, message } | ApiError::Unexpected { status, message } => {
            Failure::Server { status, message }
        }
        ApiError::NotJson { .. } | ApiError::Malformed { .. } => Failure::Malformed,
    }
}

fn moment(wait: Wait) -> i64 {
    let now = clock::now();
    now.saturating_add(i64::try_from(wait.from_now(now).as_millis()).unwrap_or(i64::MAX))
}
