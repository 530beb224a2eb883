//! How much memory there is, and taking it without ending the program where there is too little.
//!
//! ```
//! // Nothing where it is not known, such as outside of Linux.
//! if let Some(bytes) = concertina_base::memory::available() {
//!     assert!(bytes > 0);
//! }
//! ```

use std::path::Path;

use fs_err as fs;

use crate::error::{Error, Result};
use crate::text::{bytes, thousands};

/// The bytes of memory that this process can still take: what is free on the machine, within the
/// limits of its control group and its address space. `None` where that is not known.
pub fn available() -> Option<u64> {
    let free = kilobytes(&fs::read_to_string("/proc/meminfo").ok()?, "MemAvailable:");
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let limits = fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let group = group_of(&groups).and_then(|path| in_groups(Path::new("/sys/fs/cgroup"), &path));
    let address_space = in_address_space(&limits, &status);
    [free, group, address_space].into_iter().flatten().min()
}

/// An empty vector with room for `n` of the `items`, of `size` values each. For what grows with the
/// data: `Vec::with_capacity` would end the program where this is an error.
///
/// # Errors
/// If there is not as much memory.
pub fn room_for<T>(n: usize, size: usize, items: &str) -> Result<Vec<T>> {
    let mut values = Vec::new();
    let n_values = n.saturating_mul(size);
    values.try_reserve_exact(n_values).map_err(|_| {
        let wanted = (n_values as u64).saturating_mul(size_of::<T>() as u64);
        Error::data(format!(
            "expected {} of memory for {} {items}, found less",
            bytes(wanted),
            thousands(n)
        ))
        .with_hint("limit the number of examples")
    })?;
    Ok(values)
}

/// Checks that there is room for `n` of the `items` of `size` bytes each, where they are many small
/// collections, of which each would end the program where this is an error.
///
/// # Errors
/// As [`room_for`].
pub fn expect_room(n: usize, size: usize, items: &str) -> Result<()> {
    room_for::<u8>(n, size, items).map(drop)
}

/// As [`room_for`], filled with zeros.
///
/// # Errors
/// As [`room_for`].
pub fn zeros(n: usize, size: usize, items: &str) -> Result<Vec<f32>> {
    let mut values = room_for(n, size, items)?;
    values.resize(n * size, 0.0);
    Ok(values)
}

/// The value of a line such as `MemAvailable:   23976 kB`, in bytes.
fn kilobytes(text: &str, name: &str) -> Option<u64> {
    let rest = text.lines().find_map(|line| line.strip_prefix(name))?;
    let value: u64 = rest.split_whitespace().next()?.parse().ok()?;
    Some(value * 1024)
}

/// The path of a process's control group (version 2), from a line such as `0::/user.slice`.
fn group_of(groups: &str) -> Option<String> {
    groups.lines().find_map(|line| line.strip_prefix("0::/")).map(str::to_owned)
}

/// What the groups from `path` up to `root` leave.
fn in_groups(root: &Path, path: &str) -> Option<u64> {
    let number = |path: &Path| fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
    let left = |group: &Path| {
        let used = number(&group.join("memory.current"))?;
        // Of what is counted, the pages of files that are not in use can be had.
        let stat = fs::read_to_string(group.join("memory.stat")).unwrap_or_default();
        let cached = stat.lines().find_map(|line| line.strip_prefix("inactive_file "));
        let cached = cached.and_then(|value| value.trim().parse().ok()).unwrap_or(0);
        let limit = number(&group.join("memory.max"))?;
        Some(limit.saturating_sub(used.saturating_sub(cached)))
    };
    let group = root.join(path);
    group.ancestors().take_while(|group| group.starts_with(root)).filter_map(left).min()
}

/// What `ulimit -v` leaves.
fn in_address_space(limits: &str, status: &str) -> Option<u64> {
    let line = limits.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    let limit: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(limit.saturating_sub(kilobytes(status, "VmSize:")?))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use tempfile::TempDir;

    use super::*;

    #[test]
    fn lines_of_the_system_are_understood() {
        let info = "MemTotal:       24606420 kB\nMemAvailable:   23456789 kB\n";
        assert_eq!(kilobytes(info, "MemAvailable:"), Some(23_456_789 * 1024));
        assert_eq!(kilobytes(info, "SwapFree:"), None);
        assert_eq!(group_of("0::/a.slice/b.scope\n").unwrap(), "a.slice/b.scope");
        assert_eq!(group_of("12:memory:/docker/1\n"), None);
        let limits = |value: &str| {
            format!("Limit  Soft Limit  Hard Limit  Units\nMax address space  {value} x bytes\n")
        };
        let status = "Name: a\nVmSize:\t   1024 kB\n";
        assert_eq!(in_address_space(&limits("3145728"), status), Some(2 << 20));
        assert_eq!(in_address_space(&limits("1024"), status), Some(0));
        assert_eq!(in_address_space(&limits("unlimited"), status), None);
        assert_eq!(in_address_space("", ""), None);
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        for (n, size) in [(usize::MAX / 8, 1), (usize::MAX / 8, 2), (usize::MAX, usize::MAX)] {
            let error = room_for::<f32>(n, size, "codes").unwrap_err();
            assert!(error.is_data() && error.hint().is_some());
            assert_eq!(zeros(n, size, "codes").unwrap_err().to_string(), error.to_string());
            assert!(expect_room(n, size, "codes").is_err());
        }
        assert_eq!(
            room_for::<u8>(1 << 60, 2, "images").unwrap_err().to_string(),
            "expected 2305843009.2 GB of memory for 1,152,921,504,606,846,976 images, found less"
        );
        let room = room_for::<f32>(3, 4, "codes").unwrap();
        assert!(room.is_empty() && room.capacity() >= 12);
        assert_eq!(zeros(3, 2, "codes").unwrap(), [0.0; 6]);
        expect_room(3, 2, "codes").unwrap();
    }

    #[test]
    fn the_tightest_group_counts() {
        let root = TempDir::new().unwrap();
        let inner = root.path().join("outer/inner");
        fs::create_dir_all(&inner).unwrap();
        let write = |group: &Path, max: &str, current: &str, stat: &str| {
            fs::write(group.join("memory.max"), max).unwrap();
            fs::write(group.join("memory.current"), current).unwrap();
            fs::write(group.join("memory.stat"), stat).unwrap();
        };
        assert_eq!(in_groups(root.path(), "outer/inner"), None);
        write(&inner, "max\n", "10\n", "");
        assert_eq!(in_groups(root.path(), "outer/inner"), None);
        write(&root.path().join("outer"), "1000\n", "300\n", "anon 5\ninactive_file 100\n");
        assert_eq!(in_groups(root.path(), "outer/inner"), Some(800));
        write(&inner, "500\n", "400\n", "");
        assert_eq!(in_groups(root.path(), "outer/inner"), Some(100));
        assert_eq!(in_groups(root.path(), ""), None);
    }
}
