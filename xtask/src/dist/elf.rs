//! Whether a program needs a loader, by its ELF headers.

use anyhow::{Context, ensure};

/// The kind of a segment that names the loader, and so the system's libraries.
const INTERPRETER: u32 = 3;

/// An error unless the program is one that starts without a loader.
pub(super) fn expect_static(program: &[u8]) -> anyhow::Result<()> {
    ensure!(program.starts_with(b"\x7fELF\x02\x01"), "expected a program for 64 bits in ELF");
    let word = |at: usize, length: usize| -> anyhow::Result<usize> {
        let bytes = program.get(at..at + length).context("the ELF headers end too early")?;
        Ok(bytes.iter().rev().fold(0, |all, byte| (all << 8) | *byte as usize))
    };
    let (first, size, n) = (word(0x20, 8)?, word(0x36, 2)?, word(0x38, 2)?);
    for segment in 0..n {
        let kind = word(first + segment * size, 4)? as u32;
        ensure!(kind != INTERPRETER, "expected a static program, found one that needs a loader");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_that_need_a_loader_are_told_apart() {
        let program = |kind: u8| {
            let mut program = vec![0; 64 + 56];
            program[..6].copy_from_slice(b"\x7fELF\x02\x01");
            (program[0x20], program[0x36], program[0x38]) = (64, 56, 1);
            program[64] = kind;
            program
        };
        assert!(expect_static(&program(1)).is_ok());
        assert!(expect_static(&program(3)).is_err());
        assert!(expect_static(&program(1)[..60]).is_err());
        assert!(expect_static(b"#!/bin/sh").is_err());
    }
}
