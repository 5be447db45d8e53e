//! Reads the command line and relay.toml, listens, and runs the relay until it is told to stop.

use std::{
    error::Error,
    io::Write as _,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand};
use relay::{config::Config, serve::AppFiles};

/// What a first relay.toml says.
const DEFAULT_CONFIG: &str = include_str!("default_relay.toml");

/// Watersmeet: many Mastodon servers as one timeline
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Subcommand)]
enum Command {
    /// Listen to the sources and serve what they say (this is also what happens without a command)
    Serve(Serve),
}

#[derive(Args)]
struct Serve {
    /// The configuration; one with comments is written when there is none
    #[arg(long, value_name = "FILE", default_value = "relay.toml")]
    config: PathBuf,
    /// Listen here instead of where the configuration says; port 0 is any free one
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
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

fn main() -> ExitCode {
    let cli = Cli::parse();
    let serve = match cli.command {
        Some(Command::Serve(serve)) => serve,
        None => cli.serve,
    };
    relay::telemetry::begin();
    match run(serve) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[tokio::main]
async fn run(serve: Serve) -> Result<(), Box<dyn Error>> {
    let mut config = read_config(&serve.config)?;
    config.offline |= serve.offline;
    let wanted = serve.listen.unwrap_or(config.listen);
    let (listener, public_url) = relay::listen(&config, wanted, serve.or_next_port).await?;
    config.public_url = public_url;
    let app_files = serve
        .app_dir
        .map_or_else(AppFiles::built_in, AppFiles::Folder);
    let here = format!("http://{}", relay::reachable(listener.local_addr()?));
    let elsewhere = if config.public_url == here {
        String::new()
    } else {
        format!(", and listens at {here}")
    };
    writeln!(
        std::io::stdout(),
        "Watersmeet is at {}{elsewhere}",
        config.public_url
    )?;
    relay::run(listener, config, app_files, relay::told_to_stop()).await?;
    Ok(())
}

/// The configuration, after a first one was written where there was none.
fn read_config(path: &Path) -> Result<Config, Box<dyn Error>> {
    if !path.exists() {
        std::fs::write(path, DEFAULT_CONFIG)
            .map_err(|error| format!("{} cannot be written: {error}", path.display()))?;
        tracing::info!(
            "wrote a first configuration to {}: change it as you like",
            path.display()
        );
    }
    Ok(Config::from_file(path)?)
}
