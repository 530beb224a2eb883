//! The source of a module for one model: the layers in its numbers, and a line for each.

use std::fmt::Write as _;

use super::super::bicubic::phases;
use super::super::{Activation, Codes, Core, Graph, Half, Join, Node, Op, Output, Voice};

/// `model.py`.
///
/// `name` is somebody's text: of it only letters, digits and a few signs get into the program.
/// `own` are the reconstruction's own parameters.
pub(super) fn source(graph: &Graph, name: &str, own: &[&str]) -> String {
    let is_plain = |letter: &char| letter.is_alphanumeric() || " -_.".contains(*letter);
    let name: String = name.chars().filter(is_plain).collect();
    let music = graph.is_music();
    let all = || graph.encoder.nodes.iter().chain(&graph.decoder.nodes);
    let has = |found: fn(&Op) -> bool| all().any(|node| found(&node.op));
    let mut text = format!(
        "\"\"\"{name}, as it was trained by Concertina {}.\n\n    \
         from safetensors.torch import load_file\n    \
         model = Model()\n    \
         model.load_state_dict(load_file(\"model.safetensors\"), strict=True)\n\"\"\"\n\n\
         import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n",
        env!("CARGO_PKG_VERSION"),
    );
    if has(|op| matches!(op, Op::Join(Join::AddEnlarged { factor: 2.. }))) {
        text += "\n\n";
        text += include_str!("enlarged.py");
    }
    if music {
        text += "\n\n";
        text += include_str!("vectors.py");
    }
    if has(|op| matches!(op, Op::LstmDecoder { .. })) {
        text += "\n\n";
        text += include_str!("lstm_decoder.py");
    }
    text += "\n\nclass Model(nn.Module):\n    def __init__(self):\n        super().__init__()\n";
    for (half, network) in [("encoder", &graph.encoder), ("decoder", &graph.decoder)] {
        writeln!(text, "        self.{half} = nn.ModuleDict({{").expect("text can be written");
        for (number, node) in network.nodes.iter().enumerate() {
            if let Some(layer) = layer(node) {
                writeln!(text, "            \"{number}\": {layer},").expect("text can be written");
            }
        }
        text += "        })\n";
    }
    if let Codes::Codebook { embeddings, dim, .. } = graph.codes {
        writeln!(text, "        self.codebook = nn.Parameter(torch.zeros({embeddings}, {dim}))")
            .expect("text can be written");
    }
    if !own.is_empty() {
        text += "        self.reconstruction = nn.ParameterDict({\n";
        for name in own {
            writeln!(text, "            \"{name}\": nn.Parameter(torch.zeros(1)),")
                .expect("text can be written");
        }
        text += "        })\n";
    }
    text += "\n";
    text += &encode(graph);
    text += "\n";
    text += &decode(graph);
    text += "\n";
    text += &forward(graph);
    text
}

// --------------------------------------------------------------------------------
// Layers.

/// What has parameters, as a module.
fn layer(node: &Node) -> Option<String> {
    let [channels, _, width] = node.input;
    let n: usize = node.input.iter().product();
    let [to, ..] = node.output;
    let row = channels * width;
    Some(match &node.op {
        Op::Conv { kernel, stride, pads, .. } => {
            let padding = even(*pads).map_or(String::new(), |[h, w]| pair("padding", [h, w]));
            format!("nn.Conv2d({channels}, {to}, {kernel}{}{padding})", one("stride", *stride))
        }
        Op::ConvTranspose { kernel, stride, pads, output_padding, .. } => {
            let padding = pair("padding", [pads[0], pads[1]]);
            let beyond = pair("output_padding", *output_padding);
            let stride = one("stride", *stride);
            format!("nn.ConvTranspose2d({channels}, {to}, {kernel}{stride}{padding}{beyond})")
        }
        Op::Dense { .. } => {
            format!("nn.Linear({n}, {})", node.output.iter().product::<usize>())
        }
        Op::Rows { .. } => format!("nn.Linear({width}, {})", node.output[2]),
        Op::Lstm { hidden, .. } => format!("nn.LSTM({row}, {hidden}, batch_first=True)"),
        Op::BidirectionalLstm { hidden, .. } => {
            format!("nn.LSTM({row}, {hidden}, batch_first=True, bidirectional=True)")
        }
        Op::LstmDecoder { steps, segments, conductor, voices, cores } => {
            format!(
                "LstmDecoder({}, {steps}, {segments}, {conductor:?}, [{}])",
                node.code_len(),
                cores_of(voices, cores)
            )
        }
        _ => return None,
    })
}

/// The voices and the LSTMs of each core.
fn cores_of(voices: &[Voice], cores: &[Core]) -> String {
    let mut rest = voices;
    let cores = cores.iter().map(|core| {
        let (own, others) = rest.split_at(core.voices);
        rest = others;
        format!("({}, {:?})", voices_of(own), core.hidden)
    });
    cores.collect::<Vec<_>>().join(", ")
}

/// The classes and the bits of each.
fn voices_of(voices: &[Voice]) -> String {
    let one = |voice: &Voice| match voice.bits {
        Some(bits) => format!("({}, {bits})", voice.classes),
        None => format!("({}, None)", voice.classes),
    };
    format!("[{}]", voices.iter().map(one).collect::<Vec<_>>().join(", "))
}

/// The lines that run one network on `x`.
fn lines(name: &str, half: &Half) -> String {
    let mut text = String::new();
    let mut depth = 0;
    for (number, node) in half.nodes.iter().enumerate() {
        let module = format!("self.{name}[\"{number}\"]");
        let next = half.nodes.get(number + 1).map(|node| &node.op);
        for line in line(node, next, &module, &mut depth) {
            writeln!(text, "        {line}").expect("text can be written");
        }
    }
    text
}

/// `next` is the layer behind it.
fn line(node: &Node, next: Option<&Op>, module: &str, depth: &mut usize) -> Vec<String> {
    let x = |value: String| vec![format!("x = {value}")];
    match &node.op {
        Op::Conv { pads, activation, .. } => {
            let [top, left, bottom, right] = pads;
            let given = match even(*pads) {
                Some(_) => "x".to_owned(),
                None => format!("F.pad(x, ({left}, {right}, {top}, {bottom}))"),
            };
            x(activated(*activation, &format!("{module}({given})")))
        }
        Op::ConvTranspose { pads: [top, left, bottom, right], activation, .. } => {
            let end = |before: &usize, behind: &usize| match behind.checked_sub(*before) {
                Some(more @ 1..) => format!(":-{more}"),
                _ => ":".to_owned(),
            };
            let [rows, columns] = [end(top, bottom), end(left, right)];
            let whole = format!("{module}(x)");
            let cut = match (rows.as_str(), columns.as_str()) {
                (":", ":") => whole,
                _ => format!("{whole}[:, :, {rows}, {columns}]"),
            };
            x(activated(*activation, &cut))
        }
        Op::Dense { activation } => {
            let mut lines = x(activated(*activation, &format!("{module}(x.flatten(1))")));
            // Only these take values in a row.
            let in_a_row =
                matches!(next, None | Some(Op::Dense { .. } | Op::Reshape | Op::Repeat { .. }));
            if !in_a_row {
                lines.extend(x(shaped(node.output)));
            }
            lines
        }
        Op::Rows { activation } => x(activated(*activation, &format!("{module}(x)"))),
        Op::MaxPool => x("F.max_pool2d(x, 2, ceil_mode=True)".to_owned()),
        Op::Upsample => x("F.interpolate(x, scale_factor=2, mode=\"nearest\")".to_owned()),
        Op::Reshape => x(shaped(node.output)),
        Op::Fork => {
            *depth += 1;
            vec![format!("kept_{depth} = x")]
        }
        Op::Join(join) => {
            let kept = format!("kept_{depth}");
            *depth -= 1;
            x(match join {
                Join::Add => format!("{kept} + x"),
                Join::Concatenate => format!("torch.cat(({kept}, x), 1)"),
                Join::AddEnlarged { factor: 1 } => format!("{kept}[:, :{}] + x", node.output[0]),
                Join::AddEnlarged { factor } => {
                    let [channels, ..] = node.output;
                    format!("enlarged({kept}[:, :{channels}], {:?}) + x", phases(*factor))
                }
            })
        }
        Op::PixelShuffle { factor } => x(format!("F.pixel_shuffle(x, {factor})")),
        Op::PixelUnshuffle { factor } => x(format!("F.pixel_unshuffle(x, {factor})")),
        Op::Repeat { steps } => {
            x(format!("x.reshape(len(x), 1, 1, -1).expand(-1, 1, {steps}, -1)"))
        }
        Op::Lstm { sequences, .. } => lstm(node, module, *sequences, 1),
        Op::BidirectionalLstm { sequences, segments, .. } => {
            lstm(node, module, *sequences, *segments)
        }
        Op::OneHot { voices } => x(format!("vectors(x, {}).unsqueeze(1)", voices_of(voices))),
        Op::LstmDecoder { .. } => x(format!("{module}(x, temperature)")),
    }
}

fn lstm(node: &Node, module: &str, sequences: bool, segments: usize) -> Vec<String> {
    let steps = node.input[1] / segments;
    let rows = node.input[0] * node.input[2];
    let mut lines = vec![
        format!("rows = x.transpose(1, 2).reshape(-1, {steps}, {rows})"),
        format!("states, (last, _) = {module}(rows)"),
    ];
    let given = if sequences { "states" } else { "last.transpose(0, 1)" };
    let [channels, height, width] = node.output;
    lines.push(format!("x = {given}.reshape(-1, {channels}, {height}, {width})"));
    lines
}

fn activated(activation: Activation, value: &str) -> String {
    match activation {
        Activation::Identity => value.to_owned(),
        Activation::Relu => format!("F.relu({value})"),
        Activation::LeakyRelu { slope } => format!("F.leaky_relu({value}, {slope:?})"),
        Activation::Sigmoid => format!("torch.sigmoid({value})"),
        Activation::Tanh => format!("torch.tanh({value})"),
    }
}

fn shaped([channels, height, width]: [usize; 3]) -> String {
    format!("x.reshape(-1, {channels}, {height}, {width})")
}

/// The padding of height and width, if it is the same at both ends.
fn even([top, left, bottom, right]: [usize; 4]) -> Option<[usize; 2]> {
    (top == bottom && left == right).then_some([top, left])
}

/// An argument, unless it is 1.
fn one(name: &str, value: usize) -> String {
    if value == 1 { String::new() } else { format!(", {name}={value}") }
}

/// An argument for height and width, unless both are 0.
fn pair(name: &str, sides: [usize; 2]) -> String {
    match sides {
        [0, 0] => String::new(),
        [height, width] if height == width => format!(", {name}={height}"),
        [height, width] => format!(", {name}=({height}, {width})"),
    }
}

// --------------------------------------------------------------------------------
// What goes in, and what comes out.

/// The argument behind the first, and what is handed on as such.
fn label(graph: &Graph) -> &'static str {
    if graph.classes > 0 { ", label" } else { "" }
}

fn encode(graph: &Graph) -> String {
    let label = label(graph);
    let [channels, height, width] = graph.input;
    let gives = match graph.codes {
        Codes::Gaussian { .. } => "the mean and the logarithm of the variance of each code",
        _ => "codes",
    };
    let takes = if graph.is_music() {
        format!("tokens [N, {height}, {width}], whole numbers")
    } else {
        let sides = match graph.multiple {
            Some(multiple) => format!("H, W], sides that are multiples of {multiple}"),
            None => format!("{height}, {width}]"),
        };
        format!("pictures [N, {channels}, {sides}, values of 0..1")
    };
    let takes = if graph.classes > 0 { format!("{takes}, and the label of each") } else { takes };
    let mut text = format!("    def features(self, x{label}):\n");
    if graph.is_music() {
        if graph.condition.is_some() {
            writeln!(
                text,
                "        x = torch.cat((x, label[:, None, None].expand(-1, {height}, 1)), 2)"
            )
            .expect("text can be written");
        }
    } else if let Some(condition) = graph.condition {
        text += &with_class(graph.classes, condition.encoder);
        writeln!(text, "        x = {}", shaped(graph.encoder.input)).expect("text can be written");
    }
    text += &lines("encoder", &graph.encoder);
    text += if graph.multiple.is_some() {
        "        return x\n"
    } else {
        "        return x.flatten(1)\n"
    };
    let call = format!("self.features(x{label})");
    match &graph.codes {
        Codes::Gaussian { scale, largest } => {
            let s = if *scale == 1.0 { "2 * s" } else { "s" };
            writeln!(
                text,
                "\n    def posterior(self, x{label}):\n        \
                 \"\"\"From {takes}: {gives}.\"\"\"\n        \
                 mean, s = {call}.chunk(2, 1)\n        \
                 s = s.clamp(-{largest:?}, {largest:?})\n        \
                 return mean, {s}\n\n    \
                 def encode(self, x{label}):\n        \
                 \"\"\"From {takes}: the mean of each code, [N, {dim}].\"\"\"\n        \
                 return self.posterior(x{label})[0]",
                dim = graph.latent_dim
            )
        }
        Codes::Codebook { dim, .. } => writeln!(
            text,
            "\n    def encode(self, x{label}):\n        \
             \"\"\"From {takes}: codes [N, {all}], whose vectors are embeddings.\"\"\"\n        \
             x = {call}.reshape(-1, {dim}, {n}).transpose(1, 2)\n        \
             nearest = torch.cdist(x, self.codebook).argmin(2)\n        \
             return self.codebook[nearest].transpose(1, 2).flatten(1)",
            all = graph.latent_dim,
            n = graph.latent_dim / dim,
        ),
        Codes::Features => writeln!(
            text,
            "\n    def encode(self, x{label}):\n        \
             \"\"\"From {takes}: codes.\"\"\"\n        return {call}"
        ),
    }
    .expect("text can be written");
    text
}

/// `x` in a row, with its class behind it.
fn with_class(classes: usize, per_class: usize) -> String {
    let repeated = match per_class {
        1 => String::new(),
        _ => format!(".repeat_interleave({per_class}, 1)"),
    };
    format!(
        "        hot = F.one_hot(label, {classes}).to(x.dtype){repeated}\n        \
         x = torch.cat((x.flatten(1), hot), 1)\n"
    )
}

fn decode(graph: &Graph) -> String {
    let label = label(graph);
    let mut text = String::new();
    if graph.is_music() {
        writeln!(
            text,
            "    def decode(self, x{label}, temperature=0):\n        \
             \"\"\"From codes [N, {}]: tokens [N, {}, {}]. They are the most probable ones, or \
             drawn at a temperature\n        above 0.\"\"\"",
            graph.latent_dim, graph.target[1], graph.target[2]
        )
        .expect("text can be written");
    } else {
        let [channels, height, width] = graph.target;
        let sides = match graph.multiple {
            Some(_) => "H, W".to_owned(),
            None => format!("{height}, {width}"),
        };
        writeln!(
            text,
            "    def decode(self, x{label}):\n        \
             \"\"\"From codes: pictures [N, {channels}, {sides}], values of 0..1.\"\"\""
        )
        .expect("text can be written");
    }
    if let Some(condition) = graph.condition {
        text += &with_class(graph.classes, condition.decoder);
    }
    let first = graph.decoder.nodes.first().map(|node| &node.op);
    if graph.multiple.is_none() && !matches!(first, Some(Op::LstmDecoder { .. } | Op::Dense { .. }))
    {
        writeln!(text, "        x = {}", shaped(graph.decoder.input)).expect("text can be written");
    }
    text += &lines("decoder", &graph.decoder);
    let [channels, height, width] = graph.target;
    text += &match graph.output_as {
        Output::Tokens => "        return x\n".to_owned(),
        _ if graph.multiple.is_some() => format!("        return {}\n", picture(graph)),
        _ => format!(
            "        return {}.reshape(-1, {channels}, {height}, {width})\n",
            picture(graph)
        ),
    };
    text
}

fn picture(graph: &Graph) -> &'static str {
    match graph.output_as {
        Output::Sigmoid => "torch.sigmoid(x)",
        _ => "x.clamp(0, 1)",
    }
}

fn forward(graph: &Graph) -> String {
    let label = label(graph);
    format!(
        "    def forward(self, x{label}):\n        \
         return self.decode(self.encode(x{label}){label})\n"
    )
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::model::Architecture;
    use crate::recipe::Recipe;
    use crate::testing::shape_for;

    #[test]
    fn a_name_is_no_program() {
        let recipe = Recipe::named("conv-ae").unwrap();
        let architecture = Architecture::new(&recipe, shape_for(&recipe), 0).unwrap();
        let graph = Graph::new(&recipe, &architecture);
        let text = source(&graph, "x\"\"\"\nimport os; \\u \"\"\"", &[]);
        assert!(text.starts_with("\"\"\"ximport os u , as it was trained"), "{text}");
    }

    #[test]
    fn values_in_a_row_become_an_image_for_what_wants_one() {
        let dense = |inputs: usize, outputs: usize| Node {
            op: Op::Dense { activation: Activation::Relu },
            input: [inputs, 1, 1],
            output: [outputs, 1, 1],
            tensors: Vec::new(),
        };
        let conv = Node { op: Op::Upsample, input: [4, 1, 1], output: [4, 2, 2], tensors: vec![] };
        let half = Half { input: [3, 1, 1], nodes: vec![dense(3, 5), dense(5, 4), conv] };
        let text = lines("decoder", &half);
        let found = text.matches("reshape").count();
        assert_eq!(found, 1, "{text}");
        assert!(text.contains("x = x.reshape(-1, 4, 1, 1)"), "{text}");
    }
}
