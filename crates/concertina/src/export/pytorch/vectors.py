def vectors(tokens, voices):
    """Tokens [..., voices] as vectors side by side: a one at the class, or at each bit of a class that is a set."""
    rows = []
    for token, (classes, bits) in zip(tokens.unbind(-1), voices):
        hot = (token[..., None] == torch.arange(classes, device=token.device)).float()
        if bits is not None:
            sets = torch.arange(classes, device=token.device)
            # The last place is that of the empty set.
            table = torch.stack([(sets >> bit) & 1 for bit in range(bits)] + [(sets == 0).long()], 1)
            hot = hot @ table.float()
        rows.append(hot)
    return torch.cat(rows, -1)
