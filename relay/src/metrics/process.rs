//! The process as its system sees it.

use super::{Kind, Page, whole};

/// Writes version, age, memory and open files; what the system does not tell is left out.
pub(crate) fn measure(page: &mut Page, uptime_millis: u64) {
    page.family(
        "watersmeet_build_info",
        Kind::Gauge,
        "Always 1; the version is the label.",
    )
    .sample(&[("version", env!("CARGO_PKG_VERSION"))], 1.0);
    page.one(
        "watersmeet_uptime_seconds",
        Kind::Gauge,
        "Since the relay started.",
        whole(uptime_millis) / 1e3,
    );
    if let Some(bytes) = resident_bytes() {
        page.one(
            "process_resident_memory_bytes",
            Kind::Gauge,
            "Memory that the process holds.",
            whole(bytes),
        );
    }
    if let Ok(files) = std::fs::read_dir("/proc/self/fd") {
        page.one(
            "process_open_fds",
            Kind::Gauge,
            "Files and sockets that are open.",
            whole(u64::try_from(files.count()).unwrap_or_default()),
        );
    }
}

/// What Linux counts as resident.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|it| it.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1_024)
}
