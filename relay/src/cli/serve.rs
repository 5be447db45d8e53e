//! `serve`: the relay itself, from the configuration to the last goodbye.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::Args;
use tokio::sync::watch;

use super::{Failure, Outcome, counted, reload, say, settings::Settings};
use crate::{
    config::{Config, Flag, Loaded},
    serve::AppFiles,
    telemetry,
};

/// What a first relay.toml says.
const DEFAULT_CONFIG: &str = include_str!("../default_relay.toml");

/// Options of `serve`.
#[derive(Args, Debug)]
pub(crate) struct Serve {
    #[command(flatten)]
    settings: Settings,
    /// Listen here instead of where the configuration says; port 0 is any free one
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// When the port is taken, try the fifty after it
    #[arg(long)]
    or_next_port: bool,
    /// Serve the built app in this folder instead of the one inside
    #[arg(long, value_name = "FOLDER")]
    app_dir: Option<PathBuf>,
    /// Dial nobody: serve what the archive has
    #[arg(long)]
    offline: bool,
}

impl Serve {
    /// What holds now, with this command's own flags.
    fn load(&self) -> Result<Loaded, Failure> {
        let listen = self.listen.as_ref().map(|address| Flag {
            flag: "--listen".to_owned(),
            key: "listen".to_owned(),
            value: address.clone(),
        });
        let mut loaded = self.settings.load(listen.as_slice())?;
        loaded.config.offline |= self.offline;
        Ok(loaded)
    }
}

/// Runs until the process is told to stop.
pub(crate) fn run(serve: Serve) -> Outcome {
    let is_first = write_first(&serve.settings.config)?;
    let loaded = serve.load()?;
    telemetry::begin(&loaded.config.logging);
    if is_first {
        tracing::info!(
            "wrote a first configuration to {}: change it as you like",
            serve.settings.config.display()
        );
    }
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
    tokio::runtime::Runtime::new()?.block_on(listen(serve, loaded.config))
}

async fn listen(serve: Serve, mut config: Config) -> Outcome {
    let (listener, public_url) = crate::listen(&config, config.listen, serve.or_next_port).await?;
    config.public_url = public_url;
    let here = format!("http://{}", crate::reachable(listener.local_addr()?));
    let app_files = serve
        .app_dir
        .clone()
        .map_or_else(AppFiles::built_in, AppFiles::Folder);
    say(&greeting(&config, &here, &app_files))?;
    let (configs, watched) = watch::channel(Arc::new(config));
    let files = vec![serve.settings.config.clone(), serve.settings.tokens()];
    let load = || serve.load().map_err(|it| it.to_string());
    tokio::select! {
        () = reload::watch(files, configs, load) => {}
        stopped = crate::run_live(listener, watched, app_files, stop_signal()) => stopped?,
    }
    Ok(())
}

/// Resolves when the process is to end. Whoever asks a second time does not want to wait: it ends at once.
async fn stop_signal() {
    crate::told_to_stop().await;
    tokio::spawn(async {
        crate::told_to_stop().await;
        tracing::warn!("told to stop twice: ending at once");
        std::process::exit(1);
    });
}

/// Where everything is, in a few lines.
fn greeting(config: &Config, here: &str, app: &AppFiles) -> String {
    let public = &config.public_url;
    let elsewhere = if public == here {
        String::new()
    } else {
        format!(", and listens at {here}")
    };
    let app = match app {
        AppFiles::None => "none is inside; give --app-dir the folder of a built one".to_owned(),
        _ => format!("{public}/"),
    };
    let (sources, views) = (config.sources.len(), config.views.len());
    let listens = match (config.offline, sources) {
        (true, _) => "none is dialled (--offline)".to_owned(),
        (false, 0) => "none yet: add a [[source]] to the configuration".to_owned(),
        (false, _) => format!("{sources}, with {}", counted(views, "view")),
    };
    format!(
        "Watersmeet is at {public}{elsewhere}\n  app      {app}\n  API      {public}/api/v1/timelines/public (Mastodon's, \
         for any client)\n  sources  {listens}\n"
    )
}

/// Writes a first configuration where there is none; `true` when it did.
fn write_first(path: &Path) -> Result<bool, Failure> {
    if path.exists() {
        return Ok(false);
    }
    std::fs::write(path, DEFAULT_CONFIG)
        .map_err(|error| Failure::new(format!("{} cannot be written: {error}", path.display())))?;
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_configuration_is_a_valid_one() {
        let config = Config::parse(DEFAULT_CONFIG).unwrap();
        assert!(config.sources.len() >= 12);
        assert!(config.views.len() >= 5);
        assert!(config.sources.iter().all(|it| it.token.is_none()));
    }

    #[test]
    fn the_greeting_names_the_app_the_api_and_what_is_missing() {
        let config = Config::default();
        let told = greeting(&config, "http://127.0.0.1:4040", &AppFiles::None);
        assert!(told.starts_with("Watersmeet is at http://127.0.0.1:4040\n"));
        assert!(told.contains("--app-dir"));
        assert!(told.contains("http://127.0.0.1:4040/api/v1/timelines/public"));
        assert!(told.contains("add a [[source]]"));
        let config = Config {
            public_url: "https://relay.example".to_owned(),
            ..config
        };
        let told = greeting(&config, "http://127.0.0.1:4040", &AppFiles::None);
        assert!(told.starts_with(
            "Watersmeet is at https://relay.example, and listens at http://127.0.0.1:4040\n"
        ));
    }
}
