//! An exhibit as a site.

use concertina_explorer::Exhibit;
use concertina_server::{File, Site};

/// The page and its blocks.
pub(super) fn of(exhibit: &Exhibit) -> Site {
    let mut site = Site::default();
    for (path, media_type, bytes) in exhibit.files() {
        site.insert(path, File { media_type, bytes });
    }
    site
}
