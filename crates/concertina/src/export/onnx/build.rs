//! Putting a graph of ONNX together, a node at a time.

use concertina_formats::onnx::{Attribute, Graph, Node, Tensor, Value, Values};

/// A graph that grows. Values are named by their makers: what a node gives is called after its
/// operator and a number.
pub(super) struct Builder {
    nodes: Vec<Node>,
    initializers: Vec<Tensor>,
    /// Before every name, so that the names of a loop's body are not those around it.
    prefix: &'static str,
}

impl Builder {
    pub(super) fn new(prefix: &'static str) -> Self {
        Self { nodes: Vec::new(), initializers: Vec::new(), prefix }
    }

    /// The graph of what was built.
    pub(super) fn finish(self, name: &str, inputs: Vec<Value>, outputs: Vec<Value>) -> Graph {
        let Self { nodes, initializers, .. } = self;
        Graph { nodes, initializers, ..Graph::new(name, inputs, outputs) }
    }

    /// A node of one output; the name of that.
    pub(super) fn node(
        &mut self,
        op: &'static str,
        inputs: &[&str],
        attributes: Vec<(&'static str, Attribute)>,
    ) -> String {
        let [output] = self.nodes(op, inputs, attributes);
        output
    }

    /// A node of several outputs.
    pub(super) fn nodes<const N: usize>(
        &mut self,
        op: &'static str,
        inputs: &[&str],
        attributes: Vec<(&'static str, Attribute)>,
    ) -> [String; N] {
        let first = format!("{}{op}_{}", self.prefix, self.nodes.len());
        let outputs: [String; N] = std::array::from_fn(|n| match n {
            0 => first.clone(),
            n => format!("{first}_{n}"),
        });
        let inputs = inputs.iter().copied();
        let node = Node { attributes, ..Node::new(op, inputs, outputs.clone()) };
        self.nodes.push(node);
        outputs
    }

    /// A loop: how often its body runs, what it begins with, and the names of its `n` results.
    pub(super) fn repeat(
        &mut self,
        times: usize,
        first: &[String],
        body: Graph,
        n: usize,
    ) -> Vec<String> {
        let name = format!("{}Loop_{}", self.prefix, self.nodes.len());
        let outputs: Vec<String> = (0..n).map(|n| format!("{name}_{n}")).collect();
        let times = self.number(times);
        let inputs = [times.as_str(), ""].into_iter().chain(first.iter().map(String::as_str));
        let node = Node::new("Loop", inputs, outputs.clone());
        let attributes = vec![("body", Attribute::Graph(body))];
        self.nodes.push(Node { attributes, ..node });
        outputs
    }

    /// Gives a value the name by which it is known outside.
    pub(super) fn named(&mut self, value: &str, name: &str) {
        self.nodes.push(Node::new("Identity", [value], [name]));
    }

    // ----------------------------------------------------------------------------
    // Constants.

    /// A tensor of numbers, under a name of its own.
    pub(super) fn tensor(&mut self, name: String, shape: Vec<usize>, values: Vec<f32>) -> String {
        debug_assert_eq!(shape.iter().product::<usize>(), values.len(), "{name}");
        let values = Values::Floats(values);
        self.initializers.push(Tensor { name: name.clone(), shape, values });
        name
    }

    /// A tensor of numbers that has no name elsewhere.
    pub(super) fn floats(&mut self, shape: Vec<usize>, values: Vec<f32>) -> String {
        let name = self.fresh();
        self.tensor(name, shape, values)
    }

    /// A list of whole numbers: axes, or a shape, where -1 is what is left.
    pub(super) fn list(&mut self, values: &[i64]) -> String {
        self.whole(vec![values.len()], values.to_vec())
    }

    /// A single whole number.
    pub(super) fn number(&mut self, value: usize) -> String {
        self.whole(Vec::new(), vec![value as i64])
    }

    /// The whole numbers 0..n.
    pub(super) fn up_to(&mut self, n: usize) -> String {
        self.whole(vec![n], (0..n as i64).collect())
    }

    fn whole(&mut self, shape: Vec<usize>, values: Vec<i64>) -> String {
        let name = self.fresh();
        let tensor = Tensor { name: name.clone(), shape, values: Values::Ints(values) };
        self.initializers.push(tensor);
        name
    }

    fn fresh(&self) -> String {
        format!("{}constant_{}", self.prefix, self.initializers.len())
    }

    // ----------------------------------------------------------------------------
    // What is often needed.

    /// The same values in another shape, where -1 is what is left.
    pub(super) fn reshape(&mut self, value: &str, shape: &[i64]) -> String {
        let shape = self.list(shape);
        self.node("Reshape", &[value, &shape], Vec::new())
    }

    /// The same values with their axes in another order.
    pub(super) fn transpose(&mut self, value: &str, order: &[i64]) -> String {
        self.node("Transpose", &[value], vec![("perm", ints(order))])
    }

    /// An axis of length one more.
    pub(super) fn unsqueeze(&mut self, value: &str, axis: i64) -> String {
        let axes = self.list(&[axis]);
        self.node("Unsqueeze", &[value, &axes], Vec::new())
    }

    /// An axis of length one less.
    pub(super) fn squeeze(&mut self, value: &str, axis: i64) -> String {
        let axes = self.list(&[axis]);
        self.node("Squeeze", &[value, &axes], Vec::new())
    }

    /// The values side by side; a single one as it is.
    pub(super) fn concat(&mut self, values: &[String], axis: i64) -> String {
        if let [value] = values {
            return value.clone();
        }
        let values: Vec<&str> = values.iter().map(String::as_str).collect();
        self.node("Concat", &values, vec![("axis", Attribute::Int(axis))])
    }

    /// The places from `start` to `end` of an axis.
    pub(super) fn slice(&mut self, value: &str, axis: i64, [start, end]: [usize; 2]) -> String {
        let [start, end, axis] = [start as i64, end as i64, axis].map(|one| self.list(&[one]));
        self.node("Slice", &[value, &start, &end, &axis], Vec::new())
    }

    /// One place of an axis, which is gone then.
    pub(super) fn gather(&mut self, value: &str, axis: i64, place: &str) -> String {
        self.node("Gather", &[value, place], vec![("axis", Attribute::Int(axis))])
    }

    /// A linear map of the last axis: a weight `[outputs, inputs]` and a bias.
    pub(super) fn linear(&mut self, [weight, bias]: [&str; 2], value: &str) -> String {
        let weight = self.transpose(weight, &[1, 0]);
        let product = self.node("MatMul", &[value, &weight], Vec::new());
        self.node("Add", &[&product, bias], Vec::new())
    }

    /// As many copies along axes of length one as `shape` says; 1 for those that stay as they are.
    pub(super) fn expand(&mut self, value: &str, shape: &[i64]) -> String {
        let shape = self.list(shape);
        self.node("Expand", &[value, &shape], Vec::new())
    }
}

pub(super) fn ints(values: &[i64]) -> Attribute {
    Attribute::Ints(values.to_vec())
}
