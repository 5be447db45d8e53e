//! `sign-in`: gets a token for a source and keeps it where nobody else reads it.

use std::io::{IsTerminal as _, stdin};

use clap::Args;

use super::{Failure, Outcome, block_on, mutter, say, settings::Settings, text};
use crate::{
    config::{Token, tokens},
    source::sign_in::SignIn,
};

/// Options of `sign-in`.
#[derive(Args, Debug)]
pub(crate) struct SignInTo {
    /// The server's name, as mastodon.social
    host: String,
    #[command(flatten)]
    settings: Settings,
}

/// Registers the relay there, shows what to open, takes the code, and stores the token.
pub(crate) fn run(to: &SignInTo) -> Outcome {
    block_on(sign_in(to))
}

async fn sign_in(to: &SignInTo) -> Outcome {
    let config = to.settings.load_or_default()?.config;
    let host = to.host.trim().to_lowercase();
    let begun = SignIn::begin(&config, &host).await?;
    say(&format!(
        "Open this in a browser, signed in at {} with the account that the relay shall listen through:\n\n  {}\n\n\
         Best is an account of its own that follows nobody and has no filters and no chosen languages: what those take out, \
         the relay never hears.\nThe relay asks for: {}\n\n",
        text::line(&host),
        text::line(&begun.authorize_url()),
        text::line(begun.scopes())
    ))?;
    let code = code()?;
    let signed_in = begun.finish(&code).await?;
    keep(to, &signed_in.domain, &signed_in.token)?;
    if !config
        .sources
        .iter()
        .any(|it| it.domain == signed_in.domain)
    {
        mutter(&format!(
            "{} is no source yet: add it to {} as a [[source]]",
            signed_in.domain,
            to.settings.config.display()
        ));
    }
    Ok(())
}

/// The code that the server showed: not echoed at a terminal, a line of the input otherwise.
fn code() -> Result<String, Failure> {
    let code = if stdin().is_terminal() {
        rpassword::prompt_password("The code that the server shows (it is not shown here): ")?
    } else {
        let mut line = String::new();
        stdin().read_line(&mut line)?;
        line
    };
    match code.trim() {
        "" => Err(Failure::new("no code was given; nothing was stored")),
        code => Ok(code.to_owned()),
    }
}

fn keep(to: &SignInTo, domain: &str, token: &Token) -> Outcome {
    let file = to.settings.tokens();
    tokens::store(&file, domain, token)
        .map_err(|error| Failure::new(format!("{}: {error}", file.display())))?;
    say(&format!(
        "The token for {domain} is in {}, for you alone to read. A running relay takes it within seconds.\n",
        file.display()
    ))
}
