//! Recordings of real servers hold the wire types to what servers really say.
//!
//! `WATERSMEET_FIXTURES` names folders (several separated by `:`, relative to the workspace) besides `tests/fixtures`.
//! Each has an `INDEX.tsv`: file, endpoint or entity, HTTP status, host, kind, source, licence.
//! Read and written again, a body must carry every known field as it was. Equal are: null, absent and empty; a number and
//! its digits in a string; a boolean and a word for it; a single object and a list of it. Unknown fields are reported.

#[cfg(test)]
mod check;
#[cfg(test)]
mod compare;
#[cfg(test)]
mod folders;
#[cfg(test)]
mod relay_socket;
#[cfg(test)]
mod replay;
#[cfg(test)]
mod report;
#[cfg(test)]
mod socket;
#[cfg(test)]
mod table;

#[cfg(test)]
use report::Report;

#[test]
fn every_recording_is_read_and_written_without_loss() {
    let mut report = Report::default();
    for folder in folders::folders() {
        let files = folder.files();
        report.folder(&folder.path, files.len());
        for file in files {
            check::file(&folder, &file, &mut report);
        }
    }
    println!("{report}");
    assert!(
        report.failures.is_empty(),
        "{} failures:\n{}",
        report.failures.len(),
        report.failures.join("\n")
    );
}

#[tokio::test]
async fn every_recorded_socket_is_replayed_through_the_real_one() {
    let mut n_transcripts = 0;
    for folder in folders::folders() {
        for file in folder.files().iter().filter(|file| file.is_transcript()) {
            let transcript = replay::Transcript::read(&folder.text(file));
            if transcript.authorized && transcript.refusal().is_none() {
                relay_socket::replay(&file.name, &transcript).await;
            }
            replay::replay(&file.name, transcript).await;
            n_transcripts += 1;
        }
    }
    println!("replayed {n_transcripts} WebSocket transcripts");
    assert!(
        n_transcripts > 0,
        "tests/fixtures has a transcript of its own"
    );
}
