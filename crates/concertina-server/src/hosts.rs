//! What servers of this machine alone have in common: their names, and secrets.

/// The names that a server of the loopback interface goes by. A page elsewhere that makes its own
/// host's name point here (DNS rebinding) still asks for that name.
pub(crate) fn names(port: u16) -> [String; 3] {
    ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{port}"))
}

/// Compares in a time that tells nothing of where the two differ.
pub(crate) fn equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}
