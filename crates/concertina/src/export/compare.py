def compare(found, expected):
    """Figures of the differences, the same in words, and whether they are small."""
    if np.issubdtype(expected.dtype, np.integer):
        # Tokens are chosen: near ties may fall either way, and then all that follow differ.
        share = float((found == expected).mean())
        return {"equal": share}, f"{share:.2%} equal", share > 0.99
    # Of large values a share of them.
    difference = np.abs(found.astype(np.float64) - expected) / np.maximum(1, np.abs(expected))
    largest, mean = float(difference.max()), float(difference.mean())
    told = f"largest difference {largest:.1e}, mean {mean:.1e}"
    return {"largest": largest, "mean": mean}, told, largest <= TOLERANCE


def main():
    examples = dict(np.load(FOLDER / "examples.npz"))
    outputs, agrees = {}, True
    for name, size, found, expected in run(examples):
        half, output = name.split(".output.")
        if found.shape != expected.shape:
            sys.exit(f"{half} {output}: expected {expected.shape}, found {found.shape}")
        figures, told, is_small = compare(found, expected)
        agrees &= is_small
        print(f"{half:8} {output:10} in batches of {size:3}: {told}")
        outputs.setdefault(f"{half}.{output}", {})[str(size)] = figures
    parity = {
        "runtime": RUNTIME,
        "version": VERSION,
        "examples": len(next(iter(examples.values()))),
        "tolerance": TOLERANCE,
        "agrees": agrees,
        "differences": outputs,
    }
    (FOLDER / "parity.json").write_text(json.dumps(parity, indent=1) + "\n")
    if not agrees:
        sys.exit(f"differs by more than {TOLERANCE}")


main()
