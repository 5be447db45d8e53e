//! The keys about running it: what the operator's own tools read.

use crate::{
    config::{
        Config,
        key::{Key, Set},
    },
    telemetry::{Format, Level},
};

/// What `[logging]` and `[metrics]` may say.
pub(crate) static RUNNING: &[Key<Config>] = &[
    Key {
        path: "logging.format",
        doc: "lines on stderr for a person (\"text\") or for a program (\"json\")",
        set: Set::Text(|config, text| {
            let known = Format::ALL.into_iter().find(|it| it.name() == text);
            config.logging.format =
                known.ok_or_else(|| format!("is \"{text}\"; known are \"text\", \"json\""))?;
            Ok(())
        }),
        show: |config| config.logging.format.name().to_owned(),
    },
    Key {
        path: "logging.level",
        doc: "how much is told: \"error\", \"warn\", \"info\", \"debug\" or \"trace\"",
        set: Set::Text(|config, text| {
            let known = Level::ALL.into_iter().find(|it| it.name() == text);
            config.logging.level = known.ok_or_else(|| {
                let known = Level::ALL.map(|it| format!("\"{}\"", it.name()));
                format!("is \"{text}\"; known are {}", known.join(", "))
            })?;
            Ok(())
        }),
        show: |config| config.logging.level.name().to_owned(),
    },
    Key {
        path: "metrics.public",
        doc: "whether everybody may read /metrics, not only programs on this machine",
        set: Set::Flag(|config, public| config.metrics_public = public),
        show: |config| config.metrics_public.to_string(),
    },
];
