//! A folder for one test, and the program run in it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use fs_err as fs;
use tempfile::TempDir;

/// A fresh folder.
pub(crate) struct Place(TempDir);

/// How a run of the program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), bytes).unwrap();
    }

    /// The program with these arguments, parted by blanks. It sees no data folder and no cache but
    /// its own, and writes to no terminal but as if one were 100 columns wide.
    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_concertina"));
        command
            .args(arguments.split_whitespace())
            .current_dir(self.0.path())
            .env_remove("CONCERTINA_DATA")
            .env_remove("CONCERTINA_TOKEN")
            .env("HOME", self.0.path())
            .env("XDG_CACHE_HOME", self.path("cache"))
            .env("COLUMNS", "100")
            .stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    #[track_caller]
    pub(crate) fn run(&self, arguments: &str) -> Ended {
        Ended::of(&self.command(arguments).output().unwrap())
    }

    /// Runs it and expects success.
    #[track_caller]
    pub(crate) fn succeed(&self, arguments: &str) -> Ended {
        let ended = self.run(arguments);
        assert_eq!(ended.code, Some(0), "`{arguments}` failed: {}", ended.stderr);
        ended
    }

    /// Runs each command, expects its exit code, one error and nothing on stdout, and gives back
    /// what was said.
    #[track_caller]
    pub(crate) fn refusals(&self, commands: &[(&str, i32)]) -> String {
        let mut told = String::new();
        for (command, code) in commands {
            let ended = self.run(command);
            assert_eq!(ended.code, Some(*code), "`{command}`: {}", ended.stderr);
            assert_eq!(ended.stdout, "", "`{command}`");
            ended.complaint();
            told += &format!("$ concertina {command}\n{}\n", ended.stderr);
        }
        told.replace(&*self.0.path().to_string_lossy(), "[place]")
    }

    /// Runs it and expects this exit code and these words among its complaint.
    #[track_caller]
    pub(crate) fn fail(&self, arguments: &str, code: i32, words: &[&str]) {
        let ended = self.run(arguments);
        assert_eq!(ended.code, Some(code), "`{arguments}`: {}", ended.stderr);
        let complaint = ended.complaint();
        for word in words {
            assert!(complaint.contains(word), "`{arguments}`: no `{word}` in: {complaint}");
        }
    }

    /// All files below the folder, with their bytes, in order.
    pub(crate) fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        collect(self.0.path(), &mut files);
        files.sort();
        files
    }
}

impl Ended {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The one line that says what went wrong.
    #[track_caller]
    pub(crate) fn complaint(&self) -> String {
        let lines: Vec<&str> =
            self.stderr.lines().filter(|line| line.starts_with("error:")).collect();
        assert_eq!(lines.len(), 1, "expected one line of complaint: {}", self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        lines[0].to_owned()
    }
}

fn collect(folder: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else {
            files.push((path.clone(), fs::read(&path).unwrap()));
        }
    }
}

/// Sends SIGTERM.
pub(crate) fn terminate(child: &Child) {
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
}

/// A small run that every test can afford: a tiny dense autoencoder on a few built-in digits.
pub(crate) const TINY: &str = "train digits --recipe dense-vae --set network.hidden=[8] --limit 60 \
                               --epochs 2 --set training.batch-size=16";
