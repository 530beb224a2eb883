//! The 490 tokens of a multitrack bar.

/// Tracks of a bar.
pub(super) const TRACKS: usize = 8;
/// Tokens of a track of a multitrack bar, its program and its end included.
pub const EVENTS: usize = 64;
/// Tokens of a bar.
pub(in super::super) const STEPS: usize = TRACKS * EVENTS;

/// Steps of a bar: 24 in a quarter.
pub(super) const BAR: u32 = 96;

/// Velocities in a bin of loudness.
const BIN: u8 = 16;

const NOTE_OFF: u16 = 128;
const TIME_SHIFT: u16 = 256;
const VELOCITY: u16 = 352;
const PROGRAM: u16 = 360;
const DRUM: u16 = 488;
/// The token that ends a track of a multitrack bar: the first one where there is no track.
pub const END: u16 = 489;

/// Number of tokens, and the token for padding.
pub(in super::super) const CLASSES: usize = 490;

/// What a token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A note of this pitch begins.
    NoteOn(u8),
    /// A note of this pitch ends.
    NoteOff(u8),
    /// This many steps pass, 1 to 96.
    TimeShift(u32),
    /// The notes that follow have a velocity of this bin, 0 to 7.
    Velocity(u8),
    /// The track is played by this program.
    Program(u8),
    /// The track is drums.
    Drums,
    /// The track ends.
    End,
    /// Nothing here.
    Padding,
}

impl Token {
    pub(super) fn from_number(number: u16) -> Self {
        match number {
            ..NOTE_OFF => Self::NoteOn(number as u8),
            NOTE_OFF..TIME_SHIFT => Self::NoteOff((number - NOTE_OFF) as u8),
            TIME_SHIFT..VELOCITY => Self::TimeShift(u32::from(number - TIME_SHIFT) + 1),
            VELOCITY..PROGRAM => Self::Velocity((number - VELOCITY) as u8),
            PROGRAM..DRUM => Self::Program((number - PROGRAM) as u8),
            DRUM => Self::Drums,
            END => Self::End,
            _ => Self::Padding,
        }
    }

    /// Its number. A shift in time is at most a bar long.
    pub(super) fn number(self) -> u16 {
        match self {
            Self::NoteOn(pitch) => u16::from(pitch),
            Self::NoteOff(pitch) => NOTE_OFF + u16::from(pitch),
            Self::TimeShift(steps) => TIME_SHIFT + steps as u16 - 1,
            Self::Velocity(bin) => VELOCITY + u16::from(bin),
            Self::Program(program) => PROGRAM + u16::from(program),
            Self::Drums => DRUM,
            Self::End => END,
            Self::Padding => CLASSES as u16,
        }
    }
}

/// The bin of a velocity, 1 to 127.
pub(super) fn bin(velocity: u8) -> u8 {
    velocity.clamp(1, 127).saturating_sub(1) / BIN
}

/// The velocity in the middle of a bin.
pub(super) fn velocity(bin: u8) -> u8 {
    bin * BIN + BIN / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_a_token_of_its_own() {
        for number in 0..=CLASSES as u16 {
            assert_eq!(Token::from_number(number).number(), number);
        }
        assert_eq!(Token::from_number(u16::MAX), Token::Padding);
        assert_eq!(Token::TimeShift(BAR).number(), 351);
    }

    #[test]
    fn the_middle_of_a_bin_lies_in_it() {
        assert_eq!([1, 16, 17, 112, 113, 127].map(bin), [0, 0, 1, 6, 7, 7]);
        for number in 0..8 {
            assert_eq!(bin(velocity(number)), number);
        }
        assert_eq!([0, 4, 7].map(velocity), [8, 72, 120]);
    }
}
