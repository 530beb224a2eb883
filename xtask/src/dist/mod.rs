//! The archive that is passed on: a static binary with its manual, completions, licences, and a
//! list of what is in it.

mod elf;

mod licences;

mod packages;

mod sbom;

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};
use fs_err as fs;

use self::packages::Packages;

/// It needs no library of the system.
const TARGET: &str = "x86_64-unknown-linux-musl";
const SHELLS: [&str; 5] = ["bash", "zsh", "fish", "elvish", "powershell"];

/// Writes `target/dist/concertina-VERSION-TARGET.tar.gz`, its checksum, and the list of what is in
/// it beside.
pub(crate) fn write(root: &Path) -> anyhow::Result<()> {
    let packages = Packages::read(root, TARGET)?;
    let built = build(root)?;
    elf::expect_static(&fs::read(&built)?)?;
    let name = format!("concertina-{}-{TARGET}", packages.version());
    let dist = root.join("target/dist");
    let folder = dist.join(&name);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(folder.join("completions"))?;
    let program = folder.join("concertina");
    fs::copy(&built, &program)?;
    for file in ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"] {
        fs::copy(root.join(file), folder.join(file))?;
    }
    for shell in SHELLS {
        let printed = output(Command::new(&program).args(["completions", shell]))?;
        fs::write(folder.join("completions").join(format!("concertina.{shell}")), printed)?;
    }
    output(Command::new(&program).args(["man", "--out"]).arg(folder.join("man")))?;
    fs::write(folder.join("LICENCES.txt"), licences::text(&packages)?)?;
    let bom = sbom::document(&packages);
    fs::write(folder.join("sbom.cdx.json"), &bom)?;
    let archive = format!("{name}.tar.gz");
    pack(&dist, &name, &archive)?;
    fs::write(dist.join(format!("{name}.cdx.json")), &bom)?;
    let sums = output(Command::new("sha256sum").arg(&archive).current_dir(&dist))?;
    fs::write(dist.join(format!("{archive}.sha256")), &sums)?;
    eprint!("{}", String::from_utf8_lossy(&sums));
    eprintln!("target/dist/{archive}: {} bytes", fs::metadata(dist.join(&archive))?.len());
    Ok(())
}

/// The binary's path.
fn build(root: &Path) -> anyhow::Result<PathBuf> {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked", "--package", "concertina-cli"])
        .args(["--target", TARGET])
        .current_dir(root)
        .status()?;
    ensure!(
        built.success(),
        "cargo cannot build for {TARGET}: `rustup target add {TARGET}`, and a C compiler for it \
         (Debian: musl-tools), are needed"
    );
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or(root.join("target"), PathBuf::from);
    Ok(target.join(TARGET).join("release/concertina"))
}

/// The same bytes of the same files: no times, no owners, names in order.
fn pack(dist: &Path, name: &str, archive: &str) -> anyhow::Result<()> {
    let tar = archive.strip_suffix(".gz").context("the archive is packed")?;
    output(
        Command::new("tar")
            .args(["--sort=name", "--mtime=@0", "--owner=0", "--group=0", "--numeric-owner"])
            .args(["--mode=u+rwX,go+rX,go-w", "-cf", tar, name])
            .current_dir(dist),
    )?;
    output(Command::new("gzip").args(["-9", "-n", "-f", tar]).current_dir(dist))?;
    Ok(())
}

fn output(command: &mut Command) -> anyhow::Result<Vec<u8>> {
    let ended = command.output().with_context(|| format!("{command:?}"))?;
    ensure!(ended.status.success(), "{command:?}: {}", String::from_utf8_lossy(&ended.stderr));
    Ok(ended.stdout)
}
