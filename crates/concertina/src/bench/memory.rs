//! The memory of this process.

/// The peak resident set size in bytes; `None` if the system does not report it.
pub(super) fn peak() -> Option<u64> {
    from_status(&fs_err::read_to_string("/proc/self/status").ok()?)
}

/// Reads `VmHWM:    12345 kB`, as Linux writes it (`proc_pid_status(5)`).
fn from_status(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_water_mark_is_read_as_linux_writes_it() {
        let status = "Name:\tconcertina\nVmPeak:\t  900 kB\nVmHWM:\t   1234 kB\nVmRSS:\t 1000 kB\n";
        assert_eq!(from_status(status), Some(1234 * 1024));
        for odd in ["", "VmHWM:", "VmHWM:\t1 MB", "VmHWM: -1 kB", "VmHWM: 99999999999999999999 kB"]
        {
            assert_eq!(from_status(odd), None, "{odd:?}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_process_holds_more_than_it_has_touched() {
        let touched = vec![1_u8; 32 << 20];
        assert!(peak().is_some_and(|peak| peak > touched.len() as u64), "{:?}", peak());
    }
}
