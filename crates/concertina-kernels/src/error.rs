//! Why a list of layers cannot be run.

use crate::layer::Shape;

/// Why [`Sequential::new`](crate::Sequential::new) refused a list of layers, numbered from 0.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SequentialError {
    /// The input has no values.
    #[error("the input shape must not contain a 0, found {found:?}")]
    EmptyInput {
        /// The shape given.
        found: Shape,
    },
    /// A number that must be at least 1 is 0.
    #[error("layer {layer}: `{name}` must be at least 1, found 0")]
    Zero {
        /// Number of the layer.
        layer: usize,
        /// The field.
        name: &'static str,
    },
    /// A stride other than 1 or 2.
    #[error("layer {layer}: `stride` must be 1 or 2, found {found}")]
    Stride {
        /// Number of the layer.
        layer: usize,
        /// The stride given.
        found: usize,
    },
    /// A convolution with valid padding whose kernel is larger than its input.
    #[error(
        "layer {layer}: a kernel of {kernel} with valid padding needs an input of at least that \
         size, found {found:?}"
    )]
    KernelTooLarge {
        /// Number of the layer.
        layer: usize,
        /// Size of the kernel.
        kernel: usize,
        /// Height and width of the input.
        found: [usize; 2],
    },
    /// A negative slope of a leaky ReLU that is not a positive number.
    #[error(
        "layer {layer}: the negative slope of a leaky ReLU must be positive and finite, \
         found {found}"
    )]
    NegativeSlope {
        /// Number of the layer.
        layer: usize,
        /// The negative slope given, as text.
        found: String,
    },
    /// An `output_size` that the convolution would not map to the input's size.
    #[error(
        "layer {layer}: `output_size` {output:?} divided by stride {stride} and rounded up must be \
         the input's size {input:?}, found {found:?}"
    )]
    OutputSize {
        /// Number of the layer.
        layer: usize,
        /// The size asked for.
        output: [usize; 2],
        /// The stride.
        stride: usize,
        /// Height and width of the input.
        input: [usize; 2],
        /// What the output size maps to.
        found: [usize; 2],
    },
    /// A join without a fork before it, or a fork without a join behind it.
    #[error("layer {layer}: a fork and a join belong together, found one without the other")]
    Unpaired {
        /// Number of the layer.
        layer: usize,
    },
    /// A layer that is not image-local between a fork and its join.
    #[error("layer {layer}: expected an image-local layer between a fork and its join")]
    Skipped {
        /// Number of the layer.
        layer: usize,
    },
    /// Two shapes that do not fit together.
    #[error("layer {layer}: cannot join {kept:?} and {found:?}")]
    Join {
        /// Number of the layer.
        layer: usize,
        /// Shape of the fork's input.
        kept: Shape,
        /// Shape of what became of it.
        found: Shape,
    },
    /// Channels, or sides, that are no multiple of what a pixel shuffle gathers.
    #[error("layer {layer}: a pixel shuffle by {factor} cannot take {found:?}")]
    Shuffle {
        /// Number of the layer.
        layer: usize,
        /// The factor.
        factor: usize,
        /// Shape of the input.
        found: Shape,
    },
    /// A new shape of another number of values.
    #[error(
        "layer {layer}: cannot reshape {from:?} to {to:?}: expected {expected} values, \
         found {found}"
    )]
    Reshape {
        /// Number of the layer.
        layer: usize,
        /// Shape of the input.
        from: Shape,
        /// Shape asked for.
        to: Shape,
        /// Values of the input.
        expected: usize,
        /// Values of the shape asked for.
        found: usize,
    },
    /// An input of more than one channel, where each row is mapped by itself.
    #[error(
        "layer {layer}: a time-distributed dense layer needs an input of one channel, \
         found {found:?}"
    )]
    Channels {
        /// Number of the layer.
        layer: usize,
        /// Shape of the input.
        found: Shape,
    },
    /// A number of segments that does not divide the number of steps.
    #[error("layer {layer}: {steps} steps cannot be cut into {found} segments of equal length")]
    Segments {
        /// Number of the layer.
        layer: usize,
        /// Steps of the sequence.
        steps: usize,
        /// The number of segments given.
        found: usize,
    },
    /// Steps with another number of tokens than voices.
    #[error(
        "layer {layer}: expected one channel with {expected} tokens in each row, found {found:?}"
    )]
    Voices {
        /// Number of the layer.
        layer: usize,
        /// The number of voices.
        expected: usize,
        /// Shape of the input.
        found: Shape,
    },
    /// A voice of sets whose classes are not 2 to the power of the bits.
    #[error("layer {layer}: a voice of bits has 2 to their number of classes, found {classes}")]
    Bits {
        /// Number of the layer.
        layer: usize,
        /// The number of classes given.
        classes: usize,
    },
    /// A decoder whose input has no room for a code beside the guide, or whose cores do not have
    /// all of its voices.
    #[error(
        "layer {layer}: expected more than {guide} values, a code before the guide and the \
         temperature, and cores for all voices, found {found:?} and cores for {cored}"
    )]
    Decoder {
        /// Number of the layer.
        layer: usize,
        /// Values of guide and temperature.
        guide: usize,
        /// Voices of all cores.
        cored: usize,
        /// Shape of the input.
        found: Shape,
    },
    /// Sizes above the limit.
    #[error("layer {layer}: {what} exceeds the limit of {limit} values")]
    TooLarge {
        /// Number of the layer; for the input shape itself, 0.
        layer: usize,
        /// What is too large.
        what: &'static str,
        /// The largest number allowed.
        limit: usize,
    },
}
