"""The allowed pairs of an instance, split into components, with one score: the same for every peer.

Peers know neither rules nor levels, so forbidden pairs are removed for them and what is wished and
shared becomes one number, 1 + 50 for each honoured preference + affinity. Written apart from the
engine: it is what the engine's own splitting is held against.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components, maximum_bipartite_matching

from tests.bench.matching.peers.parts import Part

HONOURED = 50
NOTHING = -2
"""A value that nobody holds."""

WANTED = ("gender", "ethnicity", "country", "religion")


def components(content: Mapping[str, Any]) -> Iterator[Part]:
    """Independent parts with their scores: int16 (n, m), 0 where the pair is not allowed."""
    left, right = _columns(content["mentees"]), _columns(content["mentors"])
    mentee_cell, mentor_cell = _cells(content, left), _cells(content, right)
    blocked: dict[int, list[int]] = {}
    for i, j in content["block"]:
        blocked.setdefault(i, []).append(j)
    ours, theirs = _features(content["spec"]["affinity_weights"], left, right)
    for cell in np.intersect1d(mentee_cell, mentor_cell):
        mentees, mentors = np.flatnonzero(mentee_cell == cell), np.flatnonzero(mentor_cell == cell)
        here = ({k: v[mentees] for k, v in left.items()}, {k: v[mentors] for k, v in right.items()})
        allowed = _allowed(content, *here)
        for row, i in enumerate(mentees.tolist()):
            allowed[row] &= ~np.isin(mentors, blocked[i]) if i in blocked else True
        points = (ours[mentees] @ theirs[mentors].T).toarray()
        score = np.where(allowed, points + 1, 0).astype(np.int16)
        yield from _connected(mentees, mentors, score, right)


def fewest_unmatched(parts: list[Part], mentees: int, most_pairs: int = 30_000_000) -> int | None:
    """The least number left out, by Hopcroft and Karp over places; None where that is too large."""
    if sum(part.score.size for part in parts) > most_pairs:
        return None
    placed = 0
    for part in parts:
        owner = np.repeat(np.arange(len(part.mentors)), np.minimum(part.capacity, len(part.mentees)))
        graph = sparse.csr_array(part.score[:, owner] > 0)
        placed += int((maximum_bipartite_matching(graph, perm_type="column") >= 0).sum())
    return mentees - placed


def save(parts: list[Part], folder: Path, mentees: int) -> None:
    """Write what peers read; see `peers.parts.load`."""
    np.save(folder / "sizes.npy", np.array([part.score.shape for part in parts], dtype=np.int64).reshape(-1, 2))
    for name in ("mentees", "mentors", "capacity", "minimum", "score"):
        columns = [np.ravel(getattr(part, name)) for part in parts] or [np.zeros(0, dtype=np.int64)]
        np.save(folder / f"{name}.npy", np.concatenate(columns))
    np.save(folder / "people.npy", np.array([mentees]))


def _columns(people: Mapping[str, Any]) -> dict[str, np.ndarray]:
    return {name: np.asarray(column, dtype=np.int64) for name, column in people.items()}


def _cells(content: Mapping[str, Any], people: Mapping[str, np.ndarray]) -> np.ndarray:
    """One number for each combination of hard keys; near disciplines share theirs."""
    largest = max(max(content[side]["disc"], default=0) for side in ("mentees", "mentors"))
    near = np.array(content["near"], dtype=np.int64).reshape(-1, 2)
    links = sparse.coo_array((np.ones(len(near)), (near[:, 0], near[:, 1])), shape=(largest + 1, largest + 1))
    _, family = connected_components(links.tocsr(), directed=False)
    cell = people["inst"] * (largest + 1) + family[people["disc"]]
    for name in ("campus", "mode"):
        cell = cell * 1000 + (people[name] if content[f"{name}_hard"] else 0)
    return cell


def _allowed(content: Mapping[str, Any], left: Mapping[str, np.ndarray], right: Mapping[str, np.ndarray]) -> np.ndarray:
    """bool (n, m) within one cell; blocks are left to the caller."""
    allowed = left["disc"][:, None] == right["disc"][None, :]
    for a, b in content["near"]:
        allowed |= (left["disc"] == a)[:, None] & (right["disc"] == b)[None, :]
    for a, name in enumerate(WANTED):
        must = left["pref_kind"][:, a] == 2
        allowed[must] &= left["pref_value"][must, a][:, None] == right[name][None, :]
    for name in ("gender", "religion"):
        shy = right[f"exc_{name}"] == 1
        allowed[:, shy] &= left[name][:, None] == right[name][None, shy]
    return allowed


def _features(
    weights: Mapping[str, int], left: Mapping[str, np.ndarray], right: Mapping[str, np.ndarray]
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """(n, f) and (m, f): their product is 50 for each honoured preference + affinity."""
    ours, theirs, worth = [], [], []
    for a, name in enumerate(WANTED):
        wish = np.where(left["pref_kind"][:, a] == 1, left["pref_value"][:, a], NOTHING)
        _append((wish, right[name], HONOURED), ours, theirs, worth)
    for name in ("mode", "college"):
        _append((left[name], right[name], weights[name]), ours, theirs, worth)
    route = np.where(left["route"] > 0, left["route"], NOTHING)
    _append((route, right["route"], weights["route"]), ours, theirs, worth)
    for name in ("commuter", "mature", "carer", "fif"):
        _append((np.where(left[name] == 1, 1, NOTHING), right[name], weights[name]), ours, theirs, worth)
    for name, weight in (("lang", weights["lang"]), ("interests", weights["interest"])):
        for bit in range(int(left[name].max(initial=0)).bit_length()):
            have = np.where(left[name] >> bit & 1, 1, NOTHING)
            _append((have, right[name] >> bit & 1, weight), ours, theirs, worth)
    weighted = sparse.hstack(ours).tocsr().multiply(np.concatenate(worth)[None, :])
    return sparse.csr_array(weighted, dtype=np.float32), sparse.csr_array(sparse.hstack(theirs), dtype=np.float32)


def _append(match: tuple[np.ndarray, np.ndarray, int], ours: list, theirs: list, worth: list) -> None:
    """One indicator column for each value that both sides hold."""
    left, right, weight = match
    values = np.intersect1d(left, right)
    for side, into in ((left, ours), (right, theirs)):
        place = np.searchsorted(values, side)
        hit = np.flatnonzero(np.isin(side, values))
        shape = (len(side), len(values))
        into.append(sparse.csr_array((np.ones(len(hit)), (hit, place[hit])), shape=shape))
    worth.append(np.full(len(values), float(weight)))


def _connected(
    mentees: np.ndarray, mentors: np.ndarray, score: np.ndarray, right: Mapping[str, np.ndarray]
) -> Iterator[Part]:
    rows, columns = np.nonzero(score)
    size = len(mentees) + len(mentors)
    links = sparse.coo_array((np.ones(len(rows), dtype=np.int8), (rows, columns + len(mentees))), shape=(size, size))
    _, label = connected_components(links.tocsr(), directed=False)
    row_label, column_label = label[: len(mentees)], label[len(mentees) :]
    for number in np.intersect1d(row_label, column_label):
        r, c = np.flatnonzero(row_label == number), np.flatnonzero(column_label == number)
        chosen = mentors[c]
        part = score if len(r) == len(mentees) and len(c) == len(mentors) else score[np.ix_(r, c)]
        yield Part(mentees[r], chosen, part, right["cap"][chosen], right["min"][chosen])
