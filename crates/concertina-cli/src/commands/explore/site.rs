//! An exhibit as a site.

use concertina_explorer::Exhibit;
use concertina_server::{File, Site};

/// The page and its blocks.
pub(super) fn of(exhibit: &Exhibit) -> Site {
    let mut site = Site::default();
    let page = exhibit.to_served_html().into_bytes();
    site.insert("", File { media_type: "text/html; charset=utf-8", bytes: page });
    for (name, bytes) in exhibit.blocks() {
        let file = File { media_type: "application/octet-stream", bytes: bytes.to_vec() };
        site.insert(format!("data/{name}"), file);
    }
    site
}
