//! Which machine it was. Numbers without it say nothing.

use std::fs;
use std::path::Path;

/// Processor, cores, kernel, and the file system of a folder.
pub fn name(folder: &Path) -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cpuinfo = read("/proc/cpuinfo");
    let model = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown processor", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let kernel = read("/proc/sys/kernel/osrelease");
    let memory = read("/proc/meminfo");
    let memory = memory.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB"));
    let memory =
        memory.and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or_default() / (1024 * 1024);
    let system = file_system(folder, &read("/proc/self/mounts"));
    format!(
        "{model}, {cores} cores, {memory} GiB; Linux {}; databases on {system}. {}",
        kernel.trim(),
        load()
    )
}

/// How busy it was.
pub fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    format!("Load average {}.", text.split(' ').take(2).collect::<Vec<_>>().join(" and "))
}

/// The kind of the deepest mount that holds the folder.
fn file_system(folder: &Path, mounts: &str) -> String {
    let folder = fs::canonicalize(folder).unwrap_or_else(|_| folder.into());
    let mounts = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        Some((words.next()?, words.next()?))
    });
    let holding = mounts.filter(|(place, _)| folder.starts_with(place));
    holding.max_by_key(|(place, _)| place.len()).map_or_else(|| "unknown".into(), |(_, kind)| kind.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deepest_mount_counts() {
        let mounts = "/dev/a / ext4 rw 0 0\ntmpfs /nowhere/at tmpfs rw 0 0\ntmpfs /nowhere/at/all xfs rw 0 0";
        assert_eq!(file_system(Path::new("/nowhere/at/b"), mounts), "tmpfs");
        assert_eq!(file_system(Path::new("/nowhere"), mounts), "ext4");
    }
}
