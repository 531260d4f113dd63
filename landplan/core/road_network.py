"""Roads as a network of straight pieces and the points where one can change from one to another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from landplan.core.kernels.nearest import EdgeGrid, edge_grid, edges_of, nearest_edge_m
from landplan.core.kernels.network import Access, Bits, access
from landplan.core.layers import Float, Geometry, Int


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """Straight pieces of road and the places where they meet; every piece can be driven both ways.

    pieces (e, 4) x, y, x, y, m; node (e, 2) the number of each end; link (k, 2) pairs of nodes that join across link_m (k,)
    metres; nodes: how many there are.
    """

    pieces: Float
    node: Int
    link: Int
    link_m: Float
    nodes: int

    @cached_property
    def length_m(self) -> Float:
        """(e,) length of each piece."""
        return np.asarray(np.hypot(self.pieces[:, 2] - self.pieces[:, 0], self.pieces[:, 3] - self.pieces[:, 1]))

    @cached_property
    def grid(self) -> EdgeGrid:
        return edge_grid(self.pieces)

    @cached_property
    def group(self) -> Int:
        """(nodes,) which connected part of the network each node belongs to."""
        from scipy.sparse.csgraph import connected_components

        return np.asarray(connected_components(self._matrix(*self._ways()), directed=False)[1], np.int64)[:-1]

    def only(self, mask: Bits) -> RoadNetwork:
        """The network with some of its pieces (e,); its nodes keep their numbers."""
        return replace(self, pieces=self.pieces[mask], node=self.node[mask])

    def nearest(self, geometry: Geometry, within_m: float) -> Access:
        """How each row gets on to the network: at its nearest point, if that is within reach; of equally near ones, all."""
        gap = nearest_edge_m(geometry, self.grid, within_m)
        return access(geometry, self.grid, np.where(np.isnan(gap), np.inf, gap))

    def cut(self, edge: Int, along: Float) -> tuple[RoadNetwork, Int]:
        """The network with a node at every point `along` (r,) a piece `edge` (r,), and the numbers (r,) of these nodes."""
        order = np.lexsort((along, edge))
        made = np.empty(len(edge), np.int64)
        made[order] = self.nodes + np.arange(len(edge))
        count = np.bincount(edge, minlength=len(self.pieces)) + 1
        last = np.zeros(count.sum(), bool)
        last[np.cumsum(count) - 1] = True
        first = np.roll(last, 1)
        owner = np.repeat(np.arange(len(self.pieces)), count)
        node, part = np.empty((len(last), 2), np.int64), np.empty((len(last), 2))
        node[first, 0], node[last, 1] = self.node.T
        part[first, 0], part[last, 1] = 0.0, 1.0
        node[~first, 0], node[~last, 1] = made[order], made[order]
        part[~first, 0], part[~last, 1] = along[order], along[order]
        start, step = self.pieces[owner, :2], self.pieces[owner, 2:] - self.pieces[owner, :2]
        pieces = np.column_stack([start + part[:, :1] * step, start + part[:, 1:] * step])
        return RoadNetwork(pieces, node, self.link, self.link_m, self.nodes + len(edge)), made

    def distance_m(self, node: Int, gap_m: Float) -> Float:
        """(nodes,) shortest way along the network from any of the nodes (s,), gap_m (s,) away at the start; inf: no way."""
        from scipy.sparse.csgraph import dijkstra

        ways, metres = self._ways()
        ways = np.concatenate([ways, np.column_stack([np.full(len(node), self.nodes), node])])
        return np.asarray(dijkstra(self._matrix(ways, np.append(metres, gap_m)), indices=self.nodes))[:-1]

    def _ways(self) -> tuple[Int, Float]:
        """Pairs of nodes and the metres between them, either way."""
        one = np.concatenate([self.node, self.link])
        metres = np.append(self.length_m, self.link_m)
        return np.concatenate([one, one[:, ::-1]]), np.tile(metres, 2)

    def _matrix(self, ways: Int, metres: Float) -> Any:
        """A sparse matrix of the ways, of several between two nodes the shortest, and one row for where all begin."""
        from scipy.sparse import csr_array

        order = np.lexsort((metres, ways[:, 1], ways[:, 0]))
        ways, metres = ways[order], metres[order]
        once = np.ones(len(ways), bool)
        once[1:] = (ways[1:] != ways[:-1]).any(axis=1)
        start = np.searchsorted(ways[once, 0], np.arange(self.nodes + 2))
        return csr_array((metres[once], ways[once, 1], start), shape=(self.nodes + 1, self.nodes + 1))


def road_network(lines: Geometry, *, join_m: float, crossings: bool) -> RoadNetwork:
    """The network of a line layer: lines join where they have a vertex in common, and where an end lies within join_m of another.

    crossings: they join wherever they cross, too, bridges and tunnels among them. The gap at a join is part of the way, so no
    way is ever shorter than a straight line.
    """
    network, number = _pieces(lines)
    ends = np.unique(np.concatenate([lines.ring[:-1], lines.ring[1:] - 1])[np.tile(np.diff(lines.ring) > 0, 2)])
    joins = access(points(lines.xy[ends]), network.grid, np.full(len(ends), join_m))
    joins = joins.only((network.node[joins.edge] != number[ends[joins.row]][:, None]).all(axis=1))
    cross = _crossings(network) if crossings else joins.only(np.zeros(len(joins.row), bool))
    own = _along(network.pieces, cross)
    cut, made = network.cut(np.concatenate([joins.edge, cross.edge, cross.row]), np.concatenate([joins.along, cross.along, own]))
    joined, there, here = np.split(made, np.cumsum([len(joins.row), len(cross.row)]))
    link = np.concatenate([np.column_stack([number[ends[joins.row]], joined]), np.column_stack([there, here])])
    return replace(cut, link=link.astype(np.int64), link_m=np.append(joins.gap_m, cross.gap_m))


def points(xy: Float) -> Geometry:
    """One point a row."""
    one = np.arange(len(xy) + 1, dtype=np.int64)
    return Geometry("point", np.asarray(xy, np.float64), one, one, one)


def _pieces(lines: Geometry) -> tuple[RoadNetwork, Int]:
    """Every edge with a length, and the number of the node at every vertex: one for all vertices at the same place."""
    order = np.lexsort(lines.xy.T)
    xy = lines.xy[order]
    new = np.ones(len(xy), bool)
    new[1:] = (xy[1:] != xy[:-1]).any(axis=1)
    number = np.empty(len(xy), np.int64)
    number[order] = np.cumsum(new) - 1
    starts = np.ones(len(lines.xy), np.bool_)
    starts[lines.ring[1:] - 1] = False
    at = np.flatnonzero(starts)
    long = number[at] != number[at + 1]
    node = np.column_stack([number[at], number[at + 1]])[long]
    return RoadNetwork(edges_of(lines)[long], node, np.empty((0, 2), np.int64), np.empty(0), int(new.sum())), number


def _crossings(network: RoadNetwork) -> Access:
    """Where pieces cross that have no node in common: the later piece as row, each pair once."""
    count = len(network.pieces)
    bounds = 2 * np.arange(count + 1, dtype=np.int64)
    one = np.arange(count + 1, dtype=np.int64)
    lines = Geometry("line", network.pieces.reshape(-1, 2), bounds, one, one)
    found = access(lines, network.grid, np.zeros(count))
    shared = (network.node[found.row][:, :, None] == network.node[found.edge][:, None, :]).any(axis=(1, 2))
    return found.only((found.row > found.edge) & ~shared)


def _along(pieces: Float, found: Access) -> Float:
    """(k,) how far along the row's own piece the point of the other piece is, 0…1."""
    there = pieces[found.edge, :2] + found.along[:, None] * (pieces[found.edge, 2:] - pieces[found.edge, :2])
    start, step = pieces[found.row, :2], pieces[found.row, 2:] - pieces[found.row, :2]
    return np.asarray(np.clip(((there - start) * step).sum(axis=1) / np.square(step).sum(axis=1), 0.0, 1.0))
