//! Every way in which a download goes wrong, against a server on this machine.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod server;

use std::net::TcpListener;
use std::path::PathBuf;

use sha2::{Digest as _, Sha256};

use super::*;
use server::{Reply, Server};
use tempfile::TempDir;

const HALF: usize = 100_000;

/// The file that the tests are after: longer than a few reads, no two pieces alike.
fn content() -> Vec<u8> {
    (0..2 * HALF as u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

fn sha256(bytes: &[u8]) -> String {
    concertina::text::hexadecimal(&Sha256::digest(bytes))
}

/// A fresh folder to download into.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("cache/file.gz")
    }

    fn part(&self) -> PathBuf {
        self.folder.path().join("cache/file.gz.part")
    }

    fn leave_part(&self, bytes: &[u8]) {
        fs_err::create_dir_all(self.part().parent().unwrap()).unwrap();
        fs_err::write(self.part(), bytes).unwrap();
    }

    /// Downloads the content, whose checksum and size are known.
    fn fetch(&self, urls: &[&str]) -> Result<()> {
        let content = content();
        let size = Some(content.len() as u64);
        fetch(urls, Some(&sha256(&content)), size, &self.file(), &mut |_, _| {})
    }

    #[track_caller]
    fn check_complete(&self) {
        assert_eq!(fs_err::read(self.file()).unwrap(), content());
        assert!(!self.part().exists(), "a part was left behind");
    }

    #[track_caller]
    fn check_nothing(&self) {
        assert!(!self.file().exists(), "an incomplete file has the name of the complete one");
        assert!(!self.part().exists(), "a useless part was left behind");
    }
}

#[test]
fn a_file_is_downloaded_with_its_progress() {
    let (place, server) = (Place::new(), Server::start(&[Reply::whole(&content())]));
    let mut seen = Vec::new();
    let digest = sha256(&content());
    let mut progress = |done, total| seen.push((done, total));
    fetch(&[&server.url()], Some(&digest), None, &place.file(), &mut progress).unwrap();
    place.check_complete();
    let all = content().len() as u64;
    assert_eq!(seen.first(), Some(&(0, Some(all))));
    assert_eq!(seen.last(), Some(&(all, Some(all))));
    assert!(seen.is_sorted());
}

#[test]
fn a_part_is_continued() {
    let (place, server) = (Place::new(), Server::start(&[Reply::rest(&content(), HALF)]));
    place.leave_part(&content()[..HALF]);
    place.fetch(&[&server.url()]).unwrap();
    place.check_complete();
    assert_eq!(server.ranges(), [Some(format!("bytes={HALF}-"))]);
}

#[test]
fn a_server_without_ranges_starts_over() {
    let (place, server) = (Place::new(), Server::start(&[Reply::whole(&content())]));
    place.leave_part(&content()[..HALF]);
    place.fetch(&[&server.url()]).unwrap();
    place.check_complete();
}

#[test]
fn a_part_is_not_continued_without_a_checksum() {
    let (place, server) = (Place::new(), Server::start(&[Reply::whole(&content())]));
    place.leave_part(b"something else");
    fetch(&[&server.url()], None, None, &place.file(), &mut |_, _| {}).unwrap();
    place.check_complete();
    assert_eq!(server.ranges(), [None]);
}

#[test]
fn a_complete_part_needs_no_server() {
    let place = Place::new();
    place.leave_part(&content());
    place.fetch(&["http://127.0.0.1:1/file.gz"]).unwrap();
    place.check_complete();
}

#[test]
fn a_part_of_unknown_size_may_turn_out_complete() {
    let (place, server) =
        (Place::new(), Server::start(&[Reply::status("416 Range Not Satisfiable")]));
    place.leave_part(&content());
    let digest = sha256(&content());
    fetch(&[&server.url()], Some(&digest), None, &place.file(), &mut |_, _| {}).unwrap();
    place.check_complete();
}

#[test]
fn a_part_longer_than_the_file_is_dropped() {
    let replies = [Reply::status("416 Range Not Satisfiable"), Reply::whole(&content())];
    let (place, server) = (Place::new(), Server::start(&replies));
    place.leave_part(&[content(), content()].concat());
    place.fetch(&[&server.url()]).unwrap();
    place.check_complete();
    assert_eq!(server.ranges().last(), Some(&None));
}

#[test]
fn a_part_of_another_file_is_dropped() {
    let replies = [Reply::rest(&content(), HALF), Reply::whole(&content())];
    let (place, server) = (Place::new(), Server::start(&replies));
    place.leave_part(&vec![7; HALF]);
    place.fetch(&[&server.url()]).unwrap();
    place.check_complete();
    assert_eq!(server.ranges(), [Some(format!("bytes={HALF}-")), None]);
}

#[test]
fn a_piece_that_was_not_asked_for_does_no_harm() {
    let replies = [Reply::rest(&content(), 0), Reply::whole(&content())];
    let (place, server) = (Place::new(), Server::start(&replies));
    place.leave_part(&content()[..HALF]);
    let digest = sha256(&content());
    fetch(&[&server.url()], Some(&digest), None, &place.file(), &mut |_, _| {}).unwrap();
    place.check_complete();
}

#[test]
fn a_wrong_checksum_is_refused() {
    let other: Vec<u8> = content().iter().map(|byte| byte ^ 1).collect();
    let (place, server) = (Place::new(), Server::start(&[Reply::whole(&other)]));
    let message = place.fetch(&[&server.url()]).unwrap_err().to_string();
    assert!(message.contains(&format!("expected sha256 {}", sha256(&content()))), "{message}");
    assert!(message.contains(&format!("found {}", sha256(&other))), "{message}");
    place.check_nothing();
}

#[test]
fn the_next_mirror_is_asked() {
    let (gone, has) = (
        Server::start(&[Reply::status("404 Not Found")]),
        Server::start(&[Reply::whole(&content())]),
    );
    let place = Place::new();
    place.fetch(&[&gone.url(), &has.url()]).unwrap();
    place.check_complete();
    assert_eq!((gone.ranges().len(), has.ranges().len()), (1, 1));
}

#[test]
fn a_broken_connection_is_taken_up_again() {
    let replies = [Reply::whole(&content()).cut(HALF), Reply::rest(&content(), HALF)];
    let (place, server) = (Place::new(), Server::start(&replies));
    place.fetch(&[&server.url()]).unwrap();
    place.check_complete();
    assert_eq!(server.ranges(), [None, Some(format!("bytes={HALF}-"))]);
}

#[test]
fn a_part_worth_continuing_stays() {
    let replies = [Reply::whole(&content()).cut(HALF), Reply::status("503 Service Unavailable")];
    let (place, server) = (Place::new(), Server::start(&replies));
    let message = place.fetch(&[&server.url()]).unwrap_err().to_string();
    assert!(message.contains("503"), "{message}");
    assert!(!place.file().exists());
    assert_eq!(fs_err::read(place.part()).unwrap(), content()[..HALF]);
}

#[test]
fn a_server_that_never_gets_on_is_given_up() {
    let (place, server) = (Place::new(), Server::start(&[Reply::whole(&content()).cut(HALF)]));
    let message = place.fetch(&[&server.url()]).unwrap_err().to_string();
    assert!(message.contains("stopped after 100000"), "{message}");
    assert!(server.ranges().len() <= TRIES);
}

#[test]
fn a_file_that_is_too_large_is_not_read() {
    let large = [content(), content()].concat();
    let (place, server) = (Place::new(), Server::start(&[Reply::whole(&large)]));
    let message = place.fetch(&[&server.url()]).unwrap_err().to_string();
    assert!(message.contains("expected 200000 bytes, the server has 400000"), "{message}");
    place.check_nothing();
}

#[test]
fn a_file_that_turns_out_too_large_is_dropped() {
    let large = [content(), content()].concat();
    let (place, server) = (Place::new(), Server::start(&[Reply::unmeasured(&large)]));
    let message = place.fetch(&[&server.url()]).unwrap_err().to_string();
    assert!(message.contains("expected 200000 bytes, the server sent more"), "{message}");
    place.check_nothing();
}

#[test]
fn offline_the_error_says_what_to_do() {
    // A port that was free a moment ago, and so answers nothing.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let urls = [format!("http://127.0.0.1:{port}/a.gz"), format!("http://127.0.0.1:{port}/b.gz")];
    let place = Place::new();
    let message = place.fetch(&[&urls[0], &urls[1]]).unwrap_err().to_string();
    for expected in
        [&urls[0], &urls[1], &format!("put the file at `{}` by hand", place.file().display())]
    {
        assert!(message.contains(expected), "{message}");
    }
    assert!(!message.contains('\n'));
    place.check_nothing();
}

#[test]
fn an_older_file_stays_when_the_download_fails() {
    let (place, server) = (Place::new(), Server::start(&[Reply::status("404 Not Found")]));
    fs_err::create_dir_all(place.file().parent().unwrap()).unwrap();
    fs_err::write(place.file(), "older").unwrap();
    place.fetch(&[&server.url()]).unwrap_err();
    assert_eq!(fs_err::read_to_string(place.file()).unwrap(), "older");
}

#[test]
fn two_downloads_of_one_file_do_not_mix() {
    let (place, server) = (Place::new(), Server::start(&[Reply::whole(&content())]));
    place.leave_part(b"");
    let held = Part::open(&place.file()).unwrap();
    let message = place.fetch(&[&server.url()]).unwrap_err().to_string();
    assert!(message.contains("another process"), "{message}");
    drop(held);
    place.fetch(&[&server.url()]).unwrap();
    place.check_complete();
}
