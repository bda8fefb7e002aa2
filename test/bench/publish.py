"""Tables and the chart of docs/performance.md, from what bench.py measured."""
import math

NAMES = {"sconce": "Sconce", "sconce_jit": "Sconce JIT", "sconce_jit_cached": "Sconce JIT, cached", "onnxruntime": "ONNX Runtime", "openvino": "OpenVINO", "ncnn": "ncnn",
         "openvino_archive": "OpenVINO, of the archive", "iree": "IREE", "torch_jit": "TorchScript", "torch_compile": "torch.compile"}
PEERS = ["onnxruntime", "openvino", "ncnn", "iree", "torch_jit", "torch_compile"]
COLORS = {"sconce": "#1f4e79", "onnxruntime": "#8fb8de", "openvino": "#f2a65a", "ncnn": "#77bfa3", "iree": "#b08bbb", "torch_jit": "#c9c9c9", "torch_compile": "#8c8c8c"}
BEGIN, END = "<!-- measured by ./dev bench: begin -->", "<!-- measured by ./dev bench: end -->"


def duration(nanoseconds):
    for limit, unit in ((1e3, "ns"), (1e6, "µs"), (1e9, "ms")):
        if nanoseconds < limit:
            return f"{nanoseconds / limit * 1e3:.3g} {unit}"
    return f"{nanoseconds / 1e9:.3g} s"


def figure_text(figure):
    if "median_ns" in figure:
        return duration(figure["median_ns"])
    return f"{figure['seconds']:.3g} s" if "seconds" in figure else "–"


def one_line(figures):
    return ", ".join(f"{peer} " + (figure["error"] if "error" in figure else figure_text(figure)) for peer, figure in figures.items())


def value(figure):
    return figure.get("median_ns") or figure.get("seconds") if figure else None


def fastest(figures):
    """The peer that takes least time, and its figure; None where no peer was measured."""
    measured = [(value(figures[peer]), peer) for peer in PEERS if value(figures.get(peer))]
    return min(measured) if measured else None


def ratio(figures, ours="sconce"):
    best = fastest(figures)
    return best[0] / value(figures[ours]) if best and value(figures.get(ours)) else None


def mean(ratios):
    known = [r for r in ratios if r]
    return math.exp(sum(map(math.log, known)) / len(known)) if known else None


def text(number, form="{:.2f}"):
    return form.format(number) if number is not None else "–"


def row(*cells):
    return "| " + " | ".join(str(cell) for cell in cells) + " |\n"


def header(*cells):
    return row(*cells) + "|---" * len(cells) + "|\n"


def peak(results, label):
    """What the machine can do at most, for figures under a label such as "1" or "1 x86-64-v3 direct"."""
    words = label.split()[1:]
    return results["machine"].get(" ".join(words) or "native", {}).get("facts")


def copy_rate(machine, size):
    """GB/s of a copy of about as many bytes."""
    rates = sorted((int(at), rate) for at, rate in machine["copy_gbs"].items())
    return next((rate for at, rate in rates if at >= size), rates[-1][1])


def labels(table):
    """"1", "2", "1 x86-64-v3", …: what was measured how."""
    return sorted({label for entries in table.values() for label in entries if label != "facts"})


def model_table(results, label):
    machine, threads = peak(results, label), int(label.split()[0])
    shown = PEERS
    out = header("model", "Sconce", "just in time", *(NAMES[peer] for peer in shown), "fastest peer ÷ Sconce", "of the FMA peak")
    ratios = []
    for name, entries in results["models"].items():
        figures = entries.get(label)
        if not figures:
            continue
        ratios.append(ratio(figures))
        ours, share = value(figures.get("sconce")), None
        if ours and machine and entries["facts"]["operations"] > 1e6:
            share = entries["facts"]["operations"] / ours / machine["fma_gflops"] / threads
        out += row(name, *(figure_text(figures.get(peer, {})) for peer in ["sconce", "sconce_jit"] + shown), text(ratios[-1]), text(share, "{:.0%}"))
    return out + f"\nGeometric mean of fastest peer ÷ Sconce: {text(mean(ratios))}.\n"


def scaling_table(results):
    out = header("model", *(NAMES[peer] for peer in ["sconce"] + PEERS))
    rows = 0
    for name, entries in results["models"].items():
        if "1" not in entries or "2" not in entries:
            continue
        rows += 1
        speedups = []
        for peer in ["sconce"] + PEERS:
            one, two = value(entries["1"].get(peer)), value(entries["2"].get(peer))
            speedups.append(text(one / two if one and two else None))
        out += row(name, *speedups)
    return out if rows else ""


def kernel_table(results, label):
    machine = peak(results, label)
    out = header("kernel", "Sconce", "reached", "of the machine's", "fastest peer", "fastest peer ÷ Sconce", "relative L2 error")
    ratios = []
    for name, entries in results["kernels"].items():
        figures = entries.get(label)
        if not figures:
            continue
        facts, ours, best = entries["facts"], value(figures.get("sconce")), fastest(figures)
        ratios.append(ratio(figures))
        reached = share = "–"
        if ours and machine:
            if facts["bound"] == "arithmetic":
                rate = facts["operations"] / ours
                reached, share = f"{rate:.0f} GFLOP/s", f"{rate / machine['fma_gflops']:.0%} of FMA"
            else:
                rate = facts["bytes"] / ours
                reached, share = f"{rate:.0f} GB/s", f"{rate / copy_rate(machine, facts['bytes']):.0%} of copy"
        out += row(name, figure_text(figures.get("sconce", {})), reached, share, f"{NAMES[best[1]]} {duration(best[0])}" if best else "–", text(ratios[-1]),
                   text(figures.get("sconce", {}).get("l2"), "{:.1e}"))
    return out + f"\nGeometric mean of fastest peer ÷ Sconce: {text(mean(ratios))}.\n"


def first_table(results, label):
    shown = ["sconce", "sconce_jit_cached", "sconce_jit"] + PEERS + ["openvino_archive"]
    out = header("model", *(NAMES[peer] for peer in shown))
    for name, entries in results["first"].items():
        if label in entries:
            out += row(name, *(figure_text(entries[label].get(peer, {})) for peer in shown))
    return out


def reasons(results):
    """Why peers have no figures."""
    lines = {}
    for kind in ("models", "kernels"):
        for name, entries in results[kind].items():
            for label in labels({name: entries}):
                for peer, figure in entries[label].items():
                    if "error" in figure:
                        lines.setdefault((NAMES[peer], figure["error"][:160]), []).append(name)
    return "".join(f"- {peer}: {reason} ({', '.join(sorted(set(names)))})\n" for (peer, reason), names in sorted(lines.items()))


def machine_text(facts):
    rates = {int(at): rate for at, rate in facts["copy_gbs"].items()}
    return (f"Machine: {facts['processor']}, {facts['cores']} cores, caches " + ", ".join(f"{level} {size}" for level, size in facts["caches"].items()) +
            f". Compiled for `{facts['mcpu']}`; one core reaches {facts['fma_gflops']:.0f} GFLOP/s of f32 multiply-adds on {facts['lanes']} lanes, and copies "
            f"{rates[262144]:.0f} GB/s (read and written) of 256 KB, {rates[4194304]:.0f} of 4 MB, {rates[max(rates)]:.0f} of {max(rates) >> 20} MB.\n")


def heading(label):
    threads, *rest = label.split()
    return f"{threads} thread{'s' if threads != '1' else ''}" + (f", {' '.join(rest)}" if rest else "")


def report(results):
    machines = [entry["facts"] for entry in results["machine"].values()]
    out = "".join(machine_text(facts) + "\n" for facts in machines)
    found = machines[0]["versions"]
    out += "Peers: " + ", ".join(f"{package} {version}" for package, version in found.items()) + ".\n"
    for label in labels(results["models"]):
        out += f"\n### Whole models, {heading(label)}\n\n" + model_table(results, label)
    if scaling_table(results):
        out += "\n### Two threads against one\n\nTime on one thread ÷ time on two.\n\n" + scaling_table(results)
    for label in labels(results["kernels"]):
        out += f"\n### Kernels, {heading(label)}\n\n" + kernel_table(results, label)
    for label in labels(results["first"]):
        out += "\n### From process start to the first result\n\n" + first_table(results, label)
    if reasons(results):
        out += "\n### What peers do not take\n\n" + reasons(results)
    return out


def chart(results, label="1"):
    """Bars for each model: how many times as fast as a peer Sconce is, on a scale of doublings; the line is Sconce."""
    rows = [(name, entries[label]) for name, entries in results["models"].items() if value(entries.get(label, {}).get("sconce"))]
    bar, gap, left, width, top = 7, 10, 120, 620, 46
    low, high = -1, 4  # doublings
    scale = width / (high - low)
    height = top + len(rows) * (bar * len(PEERS) + gap) + 10
    at = lambda doublings: left + (min(max(doublings, low), high) - low) * scale
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 20}" height="{height}" font-family="sans-serif" font-size="11">',
           '<rect width="100%" height="100%" fill="#fff"/>', f'<text x="8" y="14">Time of each peer ÷ time of Sconce, {heading(label)}</text>']
    x = 8
    for peer in PEERS:
        out.append(f'<rect x="{x}" y="22" width="9" height="9" fill="{COLORS[peer]}"/><text x="{x + 12}" y="30">{NAMES[peer]}</text>')
        x += 26 + 6.5 * len(NAMES[peer])
    for doublings in range(low, high + 1):
        out.append(f'<path d="M{at(doublings):.0f} {top - 4}V{height - 6}" stroke="{"#1f4e79" if doublings == 0 else "#ddd"}"/>'
                   f'<text x="{at(doublings) + 2:.0f}" y="{top - 4}" fill="#666">{2.0**doublings:g}×</text>')
    y = top
    for name, figures in rows:
        out.append(f'<text x="{left - 6}" y="{y + bar * len(PEERS) / 2 + 6:.0f}" text-anchor="end">{name}</text>')
        for peer in PEERS:
            if value(figures.get(peer)):
                end = at(math.log2(value(figures[peer]) / value(figures["sconce"])))
                out.append(f'<rect x="{min(end, at(0)):.1f}" y="{y}" width="{abs(end - at(0)):.1f}" height="{bar - 1}" fill="{COLORS[peer]}"/>')
            y += bar
        y += gap
    return "\n".join(out) + "\n</svg>\n"


def write(results, page, picture):
    """Puts the tables between the page's marks."""
    whole = page.read_text()
    before, rest = whole.split(BEGIN)
    after = rest.split(END)[1]
    text = report(results) + f"\n![how many times as fast as each peer]({picture.name})\n" if results["models"] else report(results)
    page.write_text(f"{before}{BEGIN}\n\n{text}\n{END}{after}")
    if results["models"]:
        picture.write_text(chart(results))
