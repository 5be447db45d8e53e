//! Trying a source's stream out for some seconds, for whoever checks a configuration.

use std::time::Duration;

use tokio::time::{Instant, interval};

use super::{Connection, End, FAILED_SOCKETS, connect, hear, idle};
use crate::source::{
    ears::{Ears, Line},
    manners::Manners,
};

/// How often it is looked whether something came.
const LOOK: Duration = Duration::from_millis(50);

/// What came of it.
#[derive(Debug)]
pub(in crate::source) enum Tried {
    /// It is not listened to, and why.
    Idle(String),
    /// It does not open, or broke at once.
    Failed(String),
    /// It is open.
    Open {
        /// Why it is heard by server-sent events, when it is.
        instead: Option<String>,
        /// How long it took until the first post came, if one came.
        first_after: Option<Duration>,
    },
}

/// Opens the stream as the relay would and listens until a post comes, for so long at most.
pub(in crate::source) async fn try_out(
    ears: &Ears,
    manners: &Manners,
    user_agent: &str,
    patience: Duration,
) -> Tried {
    if let Some(reason) = idle(ears, manners).await {
        return Tried::Idle(reason);
    }
    // Where sockets do not come up, events are tried at once.
    ears.set_polls(Line::Up);
    let mut failed_sockets = FAILED_SOCKETS - 1;
    let opened = connect(ears, manners, user_agent, failed_sockets).await;
    let connection = match opened {
        Ok(connection) => connection,
        Err(end) => return Tried::Failed(words(end)),
    };
    let instead = match &connection {
        Connection::Socket(_) => None,
        Connection::Events(_, why) => Some(why.clone()),
    };
    let opened_at = Instant::now();
    let first = async {
        let mut looks = interval(LOOK);
        loop {
            looks.tick().await;
            if ears.health.report().streamed > 0 {
                return Some(opened_at.elapsed());
            }
            if opened_at.elapsed() > patience {
                return None;
            }
        }
    };
    tokio::select! {
        end = hear(ears, manners, user_agent, connection, &mut failed_sockets) => Tried::Failed(words(end)),
        first_after = first => Tried::Open { instead, first_after },
    }
}

fn words(end: End) -> String {
    match end {
        End::Stopped => "nobody listens any more".to_owned(),
        End::NoStreaming(reason) | End::NoSocket(reason, _) | End::Failed(_, reason, _) => reason,
    }
}
