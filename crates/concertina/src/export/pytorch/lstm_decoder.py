class Stack(nn.Module):
    """LSTMs on top of each other whose first states are made of an embedding."""

    def __init__(self, embedding, inputs, hidden, outputs=None):
        super().__init__()
        self.hidden = hidden
        self.state = nn.Linear(embedding, 2 * sum(hidden))
        self.lstm = nn.ModuleList(nn.LSTM(n, to) for n, to in zip([inputs, *hidden], hidden))
        if outputs is not None:
            self.output = nn.Linear(hidden[-1], outputs)

    def first(self, embedding):
        """The state and the memory of each, [1, N, hidden]."""
        sizes = [n for n in self.hidden for _ in range(2)]
        both = torch.tanh(self.state(embedding))[None].split(sizes, 2)
        return [(h.contiguous(), c.contiguous()) for h, c in zip(both[::2], both[1::2])]

    def forward(self, x, states):
        after = []
        for lstm, state in zip(self.lstm, states):
            x, state = lstm(x, state)
            after.append(state)
        return x, after


class LstmDecoder(nn.Module):
    """The decoder of MusicVAE: with several segments, a conductor makes an embedding for each."""

    def __init__(self, code, steps, segments, conductor, cores):
        super().__init__()
        self.steps, self.segments = steps, segments
        if segments > 1:
            self.conductor = Stack(code, 1, conductor)
            code = conductor[-1]
        self.voices = [voices for voices, _ in cores]
        self.core = nn.ModuleList()
        for voices, hidden in cores:
            width = sum(classes if bits is None else bits + 1 for classes, bits in voices)
            self.core.append(Stack(code, code + width, hidden, sum(classes for classes, _ in voices)))

    def embeddings(self, code):
        if self.segments == 1:
            return code[None]
        nothing = code.new_zeros(self.segments, len(code), 1)
        return self.conductor(nothing, self.conductor.first(code))[0]

    def forward(self, code, temperature=0):
        columns = []
        embeddings = self.embeddings(code)
        for core, voices in zip(self.core, self.voices):
            before = code.new_zeros(len(code), core.lstm[0].input_size - embeddings.shape[2])
            written = []
            for step in range(self.steps):
                segment, within = divmod(step, self.steps // self.segments)
                embedding = embeddings[segment]
                if within == 0:
                    states = core.first(embedding)
                out, states = core(torch.cat((embedding, before), 1)[None], states)
                logits = core.output(out[0]).split([classes for classes, _ in voices], 1)
                if temperature > 0:
                    tokens = [torch.multinomial((one / temperature).softmax(1), 1)[:, 0] for one in logits]
                else:
                    tokens = [one.argmax(1) for one in logits]
                tokens = torch.stack(tokens, 1)
                before = vectors(tokens, voices)
                written.append(tokens)
            columns.append(torch.stack(written, 1))
        return torch.cat(columns, 2)
