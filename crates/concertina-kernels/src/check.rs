//! Whether a layer fits its input, which parameters it has, and what it costs.

use std::ops::Range;

use crate::error::SequentialError;
use crate::layer::{Activation, Core, Join, Layer, LstmDecoder, Padding, Shape, Voice};
use crate::parameter::Role;

/// The most values an activation of one image, or all parameters, may have.
pub(crate) const MOST_VALUES: usize = 1 << 31;
/// The most values a convolution's kernel may have, per pair of channels.
const MOST_TAPS: usize = 1 << 16;

/// The most classes of a voice: its tokens are numbers that f32 holds without rounding.
const MOST_CLASSES: usize = 1 << 16;

/// A layer that fits its input.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    pub(crate) layer: Layer,
    pub(crate) input: Shape,
    pub(crate) output: Shape,
    /// Zeros above and left of the image that a convolution reads (a transposed one: writes).
    pub(crate) before: [usize; 2],
    /// Where its parameters lie in the flat vector, in the order of [`tensors`].
    pub(crate) parameters: Vec<Range<usize>>,
}

/// A tensor of parameters that a layer needs.
pub(crate) struct Tensor {
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) shape: Vec<usize>,
    pub(crate) fan_in: usize,
    pub(crate) fan_out: usize,
}

pub(crate) fn size(shape: Shape) -> usize {
    shape.iter().product()
}

/// The product, if it stays within the limit.
pub(crate) fn count(
    layer: usize,
    what: &'static str,
    sizes: &[usize],
    limit: usize,
) -> Result<usize, SequentialError> {
    let product = sizes.iter().try_fold(1_usize, |product, &n| product.checked_mul(n));
    product.filter(|&n| n <= limit).ok_or(SequentialError::TooLarge { layer, what, limit })
}

/// The forks whose joins are still to come.
#[derive(Default)]
pub(crate) struct Forks(Vec<(usize, Shape)>);

impl Forks {
    /// Goes on to a layer, and gives the shape of what its fork kept; `input`, if it is no join.
    pub(crate) fn pass(
        &mut self,
        number: usize,
        layer: &Layer,
        input: Shape,
    ) -> Result<Shape, SequentialError> {
        match layer {
            Layer::Fork => self.0.push((number, input)),
            Layer::Join(_) => {
                let (_, kept) = self.0.pop().ok_or(SequentialError::Unpaired { layer: number })?;
                return Ok(kept);
            }
            layer if !self.0.is_empty() && !layer.is_local() => {
                return Err(SequentialError::Skipped { layer: number });
            }
            _ => {}
        }
        Ok(input)
    }

    /// Checks that none is left.
    pub(crate) fn end(&self) -> Result<(), SequentialError> {
        self.0.last().map_or(Ok(()), |&(layer, _)| Err(SequentialError::Unpaired { layer }))
    }
}

/// The shape of two that are joined.
fn joined(layer: usize, join: Join, kept: Shape, found: Shape) -> Result<Shape, SequentialError> {
    match join {
        Join::Add if kept == found => Ok(kept),
        Join::Concatenate if kept[1..] == found[1..] => {
            Ok([kept[0].saturating_add(found[0]), kept[1], kept[2]])
        }
        Join::AddEnlarged { factor }
            if factor > 0
                && found[0] <= kept[0]
                && [1, 2].map(|n| kept[n].checked_mul(factor))
                    == [1, 2].map(|n| Some(found[n])) =>
        {
            Ok(found)
        }
        _ => Err(SequentialError::Join { layer, kept, found }),
    }
}

/// The output's shape, and the padding before it. `kept` is the shape that a join's fork kept.
pub(crate) fn check(
    number: usize,
    layer: &Layer,
    input: Shape,
    kept: Shape,
) -> Result<(Shape, [usize; 2]), SequentialError> {
    let [channels, height, width] = input;
    let nonzero =
        |name, n| if n == 0 { Err(SequentialError::Zero { layer: number, name }) } else { Ok(()) };
    let activation = |activation| match activation {
        Activation::LeakyRelu(slope) if !(slope > 0.0 && slope.is_finite()) => {
            Err(SequentialError::NegativeSlope { layer: number, found: slope.to_string() })
        }
        _ => Ok(()),
    };
    let convolution = |kernel, stride: usize| {
        nonzero("out_channels", out_channels(layer))?;
        nonzero("kernel", kernel)?;
        if !(1..=2).contains(&stride) {
            return Err(SequentialError::Stride { layer: number, found: stride });
        }
        count(number, "the kernel", &[kernel, kernel], MOST_TAPS).map(drop)
    };
    let mut before = [0; 2];
    let output = match *layer {
        Layer::Conv2d { out_channels, kernel, stride, padding, activation: f } => {
            convolution(kernel, stride)?;
            activation(f)?;
            match padding {
                Padding::Same => {
                    before = [height, width].map(|n| same_padding(n, kernel, stride));
                    [out_channels, height.div_ceil(stride), width.div_ceil(stride)]
                }
                Padding::Valid => {
                    if kernel > height.min(width) {
                        return Err(SequentialError::KernelTooLarge {
                            layer: number,
                            kernel,
                            found: [height, width],
                        });
                    }
                    [out_channels, (height - kernel) / stride + 1, (width - kernel) / stride + 1]
                }
            }
        }
        Layer::ConvTranspose2d { out_channels, kernel, stride, output_size, activation: f } => {
            convolution(kernel, stride)?;
            activation(f)?;
            let found = output_size.map(|n| n.div_ceil(stride));
            if found != [height, width] {
                let input = [height, width];
                return Err(SequentialError::OutputSize {
                    layer: number,
                    output: output_size,
                    stride,
                    input,
                    found,
                });
            }
            before = output_size.map(|n| same_padding(n, kernel, stride));
            [out_channels, output_size[0], output_size[1]]
        }
        Layer::Dense { outputs, activation: f } => {
            nonzero("outputs", outputs)?;
            activation(f)?;
            [outputs, 1, 1]
        }
        Layer::MaxPool2d => [channels, height.div_ceil(2), width.div_ceil(2)],
        Layer::Upsample2d => {
            let doubled = |n: usize| n.saturating_mul(2);
            [channels, doubled(height), doubled(width)]
        }
        Layer::Reshape(to) => {
            let (expected, found) = (size(input), count(number, "the shape", &to, MOST_VALUES)?);
            if expected != found {
                return Err(SequentialError::Reshape {
                    layer: number,
                    from: input,
                    to,
                    expected,
                    found,
                });
            }
            to
        }
        Layer::Fork => input,
        Layer::Join(join) => joined(number, join, kept, input)?,
        Layer::PixelShuffle(factor) => {
            nonzero("factor", factor)?;
            let area = factor.saturating_mul(factor);
            if !channels.is_multiple_of(area) {
                return Err(SequentialError::Shuffle { layer: number, factor, found: input });
            }
            let larger = |side: usize| side.saturating_mul(factor);
            [channels / area, larger(height), larger(width)]
        }
        Layer::PixelUnshuffle(factor) => {
            nonzero("factor", factor)?;
            if !height.is_multiple_of(factor) || !width.is_multiple_of(factor) {
                return Err(SequentialError::Shuffle { layer: number, factor, found: input });
            }
            let area = factor.saturating_mul(factor);
            [channels.saturating_mul(area), height / factor, width / factor]
        }
        Layer::Lstm { hidden, return_sequences } => {
            nonzero("hidden", hidden)?;
            if return_sequences { [1, height, hidden] } else { [hidden, 1, 1] }
        }
        Layer::BidirectionalLstm { hidden, return_sequences, segments } => {
            nonzero("hidden", hidden)?;
            divides(number, segments, height)?;
            let width = hidden.saturating_mul(2);
            match (return_sequences, segments) {
                (true, _) => [1, height, width],
                (false, 1) => [width, 1, 1],
                (false, _) => [1, segments, width],
            }
        }
        Layer::OneHot { ref voices } => {
            check_voices(number, voices)?;
            if channels != 1 || width != voices.len() {
                return Err(SequentialError::Voices {
                    layer: number,
                    expected: voices.len(),
                    found: input,
                });
            }
            [1, height, Voice::widths(voices)]
        }
        Layer::LstmDecoder(ref decoder) => check_decoder(number, decoder, input)?,
        Layer::RepeatVector { steps } => {
            nonzero("steps", steps)?;
            [1, steps, size(input)]
        }
        Layer::TimeDistributedDense { outputs, activation: f } => {
            nonzero("outputs", outputs)?;
            activation(f)?;
            if channels != 1 {
                return Err(SequentialError::Channels { layer: number, found: input });
            }
            [1, height, outputs]
        }
    };
    count(number, "the output", &output, MOST_VALUES)?;
    if let Layer::Conv2d { kernel, .. } | Layer::ConvTranspose2d { kernel, .. } = *layer {
        for [channels, height, width] in [input, output] {
            let padded = [channels, height.saturating_add(kernel), width.saturating_add(kernel)];
            count(number, "the image with its border", &padded, MOST_VALUES)?;
        }
    }
    Ok((output, before))
}

/// Whether a sequence of `steps` can be cut into so many segments.
fn divides(layer: usize, segments: usize, steps: usize) -> Result<(), SequentialError> {
    if segments == 0 || !steps.is_multiple_of(segments) {
        return Err(SequentialError::Segments { layer, steps, found: segments });
    }
    Ok(())
}

fn check_voices(layer: usize, voices: &[Voice]) -> Result<(), SequentialError> {
    let zero = |name| SequentialError::Zero { layer, name };
    if voices.is_empty() {
        return Err(zero("voices"));
    }
    for voice in voices {
        if voice.classes == 0 {
            return Err(zero("classes"));
        }
        count(layer, "the number of classes", &[voice.classes], MOST_CLASSES)?;
        if voice.bits.is_some_and(|bits| 1_usize.checked_shl(bits as u32) != Some(voice.classes)) {
            return Err(SequentialError::Bits { layer, classes: voice.classes });
        }
    }
    Ok(())
}

/// The output of a decoder that fits its input.
fn check_decoder(
    layer: usize,
    decoder: &LstmDecoder,
    input: Shape,
) -> Result<Shape, SequentialError> {
    let LstmDecoder { steps, segments, conductor, voices, cores } = decoder;
    check_voices(layer, voices)?;
    if *steps == 0 {
        return Err(SequentialError::Zero { layer, name: "steps" });
    }
    divides(layer, *segments, *steps)?;
    let stacks = cores.iter().map(|core| &core.hidden);
    let stacks: Vec<&Vec<usize>> = stacks.chain((*segments > 1).then_some(conductor)).collect();
    if stacks.iter().any(|stack| stack.is_empty() || stack.contains(&0)) {
        return Err(SequentialError::Zero { layer, name: "hidden" });
    }
    if cores.iter().any(|core| core.voices == 0) {
        return Err(SequentialError::Zero { layer, name: "voices" });
    }
    for &hidden in stacks.iter().copied().flatten() {
        count(layer, "the size of a state", &[8, hidden], MOST_VALUES)?;
    }
    let cored: usize = cores.iter().map(|core| core.voices).fold(0, usize::saturating_add);
    let guide = count(layer, "the guide", &[*steps, voices.len()], MOST_VALUES)?;
    if cored != voices.len() || input[1..] != [1, 1] || input[0] <= guide + 1 {
        return Err(SequentialError::Decoder { layer, guide: guide + 1, cored, found: input });
    }
    Ok([1, *steps, voices.iter().map(|voice| voice.classes).sum()])
}

/// Zeros before the image, along an axis of `n`.
fn same_padding(n: usize, kernel: usize, stride: usize) -> usize {
    ((n.div_ceil(stride) - 1) * stride + kernel).saturating_sub(n) / 2
}

fn out_channels(layer: &Layer) -> usize {
    match *layer {
        Layer::Conv2d { out_channels, .. } | Layer::ConvTranspose2d { out_channels, .. } => {
            out_channels
        }
        _ => 0,
    }
}

/// The parameters of a layer, in the order of the flat vector.
pub(crate) fn tensors(layer: &Layer, input: Shape) -> Vec<Tensor> {
    let [channels, _, width] = input;
    match *layer {
        Layer::Conv2d { out_channels, kernel, .. } => {
            let area = kernel.saturating_mul(kernel);
            let fans = [channels, out_channels].map(|n| area.saturating_mul(n));
            weight_and_bias(vec![out_channels, channels, kernel, kernel], fans, out_channels)
        }
        Layer::ConvTranspose2d { out_channels, kernel, .. } => {
            let area = kernel.saturating_mul(kernel);
            let fans = [out_channels, channels].map(|n| area.saturating_mul(n));
            weight_and_bias(vec![channels, out_channels, kernel, kernel], fans, out_channels)
        }
        Layer::Dense { outputs, .. } => {
            weight_and_bias(vec![outputs, size(input)], [size(input), outputs], outputs)
        }
        Layer::TimeDistributedDense { outputs, .. } => {
            weight_and_bias(vec![outputs, width], [width, outputs], outputs)
        }
        Layer::Lstm { hidden, .. } => lstm("", "", hidden, channels * width),
        Layer::BidirectionalLstm { hidden, .. } => {
            let inputs = channels * width;
            let mut tensors = lstm("", "", hidden, inputs);
            tensors.extend(lstm("", "_reverse", hidden, inputs));
            tensors
        }
        Layer::LstmDecoder(ref decoder) => decoder_tensors(decoder, channels),
        Layer::MaxPool2d
        | Layer::Upsample2d
        | Layer::Reshape(_)
        | Layer::Fork
        | Layer::Join(_)
        | Layer::PixelShuffle(_)
        | Layer::PixelUnshuffle(_)
        | Layer::OneHot { .. }
        | Layer::RepeatVector { .. } => Vec::new(),
    }
}

fn weight_and_bias(
    weight: Vec<usize>,
    [fan_in, fan_out]: [usize; 2],
    outputs: usize,
) -> Vec<Tensor> {
    [("weight", Role::Weight, weight), ("bias", Role::Bias, vec![outputs])]
        .map(|(name, role, shape)| Tensor { name: name.to_owned(), role, shape, fan_in, fan_out })
        .into()
}

/// The tensors of an LSTM, whose names have these beginnings and ends. Without inputs there is no
/// weight for them.
fn lstm(before: &str, after: &str, hidden: usize, inputs: usize) -> Vec<Tensor> {
    let gates = hidden.saturating_mul(4);
    let tensor = |name: &str, role, shape, fan_in| Tensor {
        name: format!("{before}{name}{after}"),
        role,
        shape,
        fan_in,
        fan_out: gates,
    };
    let mut tensors = Vec::new();
    if inputs > 0 {
        tensors.push(tensor("weight", Role::Weight, vec![gates, inputs], inputs));
    }
    tensors.push(tensor("recurrent_weight", Role::Weight, vec![gates, hidden], hidden));
    tensors.push(tensor("bias", Role::GateBias, vec![gates], inputs));
    tensors
}

/// The tensors of a decoder of codes and guides of `input` values.
fn decoder_tensors(decoder: &LstmDecoder, input: usize) -> Vec<Tensor> {
    let LstmDecoder { steps, segments, conductor, voices, cores } = decoder;
    let mut embedding = input - steps * voices.len() - 1;
    let mut tensors = Vec::new();
    if *segments > 1 {
        tensors.extend(first_state("conductor", conductor, embedding));
        for (layer, &hidden) in conductor.iter().enumerate() {
            let inputs = layer.checked_sub(1).map_or(0, |below| conductor[below]);
            tensors.extend(lstm(&format!("conductor.{layer}."), "", hidden, inputs));
        }
        embedding = conductor.last().copied().unwrap_or_default();
    }
    let mut voices = &voices[..];
    for (number, Core { voices: n, hidden }) in cores.iter().enumerate() {
        let (own, rest) = voices.split_at(*n);
        voices = rest;
        let core = format!("core.{number}");
        tensors.extend(first_state(&core, hidden, embedding));
        // Both are added up in the gates, as one weight beside another.
        let width = Voice::widths(own);
        let gates = 4 * hidden[0];
        for (name, inputs) in [("tokens", width), ("code", embedding)] {
            tensors.push(Tensor {
                name: format!("{core}.{name}.weight"),
                role: Role::Weight,
                shape: vec![gates, inputs],
                fan_in: width + embedding,
                fan_out: gates,
            });
        }
        for (layer, &hidden_here) in hidden.iter().enumerate() {
            let inputs = layer.checked_sub(1).map_or(0, |below| hidden[below]);
            tensors.extend(lstm(&format!("{core}.{layer}."), "", hidden_here, inputs));
        }
        let inputs = hidden.last().copied().unwrap_or_default();
        let outputs = own.iter().map(|voice| voice.classes).sum();
        let output = weight_and_bias(vec![outputs, inputs], [inputs, outputs], outputs);
        tensors.extend(named(&format!("{core}.output"), output));
    }
    tensors
}

/// The linear map of an embedding to the first `h` and `c` of each LSTM.
fn first_state(name: &str, hidden: &[usize], embedding: usize) -> Vec<Tensor> {
    let outputs = 2 * hidden.iter().sum::<usize>();
    let tensors = weight_and_bias(vec![outputs, embedding], [embedding, outputs], outputs);
    named(&format!("{name}.state"), tensors)
}

fn named(before: &str, tensors: Vec<Tensor>) -> Vec<Tensor> {
    let named = |tensor: Tensor| Tensor { name: format!("{before}.{}", tensor.name), ..tensor };
    tensors.into_iter().map(named).collect()
}

/// Multiplications of one image's forward pass.
pub(crate) fn multiply_adds(layer: &Layer, input: Shape, output: Shape) -> u64 {
    let product =
        |sizes: &[usize]| sizes.iter().fold(1_u64, |product, &n| product.saturating_mul(n as u64));
    match *layer {
        Layer::Conv2d { kernel, .. } => product(&[size(output), input[0], kernel, kernel]),
        Layer::ConvTranspose2d { kernel, .. } => product(&[size(input), output[0], kernel, kernel]),
        Layer::Dense { outputs, .. } | Layer::TimeDistributedDense { outputs, .. } => {
            product(&[size(input), outputs])
        }
        Layer::Lstm { hidden, .. } => {
            let [_, steps, _] = input;
            product(&[4, hidden, size(input)]).saturating_add(product(&[4, hidden, steps, hidden]))
        }
        Layer::BidirectionalLstm { hidden, .. } => {
            let [_, steps, _] = input;
            product(&[8, hidden, size(input)]).saturating_add(product(&[8, hidden, steps, hidden]))
        }
        Layer::LstmDecoder(ref decoder) => {
            let tensors = decoder_tensors(decoder, input[0]);
            let times = |name: &str| match name {
                _ if name.starts_with("conductor.state") => 1,
                _ if name.starts_with("conductor") => decoder.segments,
                _ if name.ends_with(".state.weight") || name.ends_with(".code.weight") => {
                    decoder.segments
                }
                _ => decoder.steps,
            };
            let weights = tensors.iter().filter(|tensor| tensor.role == Role::Weight);
            weights
                .map(|tensor| product(&tensor.shape).saturating_mul(times(&tensor.name) as u64))
                .sum()
        }
        Layer::MaxPool2d
        | Layer::Upsample2d
        | Layer::Reshape(_)
        | Layer::Fork
        | Layer::Join(_)
        | Layer::PixelShuffle(_)
        | Layer::PixelUnshuffle(_)
        | Layer::OneHot { .. }
        | Layer::RepeatVector { .. } => 0,
    }
}
