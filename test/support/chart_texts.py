"""The texts of a figure: which there are, which lie over each other, which leave it."""

from __future__ import annotations

from itertools import combinations

import matplotlib as mpl


def texts(figure):
    """All words of a figure."""
    return [text.get_text() for text in figure.findobj(mpl.text.Text) if text.get_text().strip()]


def overlapping(figure):
    """Pairs of texts that lie over each other, and texts that leave the figure."""
    figure.canvas.draw()
    width, height = figure.canvas.get_width_height()
    # Ticks beyond the limits have labels as well, which nobody sees.
    unseen = [
        label
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in axis.get_major_ticks()
        for label in (tick.label1, tick.label2)
        if not min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())
    ]
    shown = [text for text in figure.findobj(mpl.text.Text) if text.get_visible() and text.get_text().strip()]
    kept = [text for text in shown if text not in unseen]
    boxes = [(text.get_text(), text.get_window_extent()) for text in kept]
    out = [words for words, box in boxes if box.x1 > width + 1 or box.y1 > height + 1 or box.x0 < -1 or box.y0 < -1]
    # The boxes of slanted texts overlap where the texts do not.
    straight = [(words, box) for (words, box), text in zip(boxes, kept, strict=True) if text.get_rotation() % 90 == 0]
    over = [
        (one, other)
        for (one, a), (other, b) in combinations(straight, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 2
    ]
    return over, out
