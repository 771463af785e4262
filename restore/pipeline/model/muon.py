"""Muon, an optimizer that reaches the same error in half the steps of AdamW (docs/decisions/0011-find-then-restore.md)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import keras

LEAST_SIDE = 8
"""Input and output channels from which a kernel is orthogonalised: first and last layers have fewer."""
SCALE = 0.4
"""Root mean square of an update, in learning rates."""
ROUNDS = 5
QUINTIC = 3.4445, -4.775, 2.0315
"""Coefficients of the Newton-Schulz iteration (Jordan et al. 2024, github.com/KellerJordan/Muon)."""
DECAY = 0.2
"""Share of a kernel, times the learning rate, that a step takes off it: else kernels grow, tenfold in 13,000 steps, and what
is normalised behind them learns ever less from a step."""
MOMENTUM = 0.95
BETAS = 0.9, 0.999
TINY = 1e-7


def muon(learning_rate: float = 5e-3) -> keras.optimizers.Optimizer:
    """Return the optimizer: Muon for kernels of dense and convolutional layers, Adam for everything else.

    The update of a kernel is its momentum with all singular values set to about one: `kernel` (…, in, out) is a matrix
    (… * in, out). Keras has a Muon too, for two-dimensional kernels alone.
    """
    import keras
    from keras import ops

    def orthogonal(update: Any) -> Any:
        matrix = ops.reshape(update, (-1, update.shape[-1]))
        rows, columns = matrix.shape
        matrix = matrix / (ops.norm(matrix) + TINY)
        wide = ops.transpose(matrix) if rows > columns else matrix
        # The iteration is a polynomial of the Gram matrix, which is small: the matrix itself is multiplied at the end.
        gram = ops.matmul(wide, ops.transpose(wide))
        product = ops.eye(min(rows, columns), dtype=update.dtype)
        a, b, c = QUINTIC
        for _ in range(ROUNDS):
            now = ops.matmul(ops.matmul(product, gram), product)
            product = a * product + ops.matmul(b * now + c * ops.matmul(now, now), product)
        turned = ops.matmul(product, wide)
        turned = ops.transpose(turned) if rows > columns else turned
        return ops.reshape(turned, update.shape) * (SCALE * math.sqrt(max(rows, columns)))

    class Muon(keras.optimizers.Optimizer):  # type: ignore[misc]  # keras has no types
        def build(self, variables: Any) -> None:
            if self.built:
                return
            super().build(variables)
            self.momenta = [self.add_variable_from_reference(one, name="momentum") for one in variables]
            self.squares = [
                None if _is_kernel(one) else self.add_variable_from_reference(one, name="square") for one in variables
            ]

        def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
            index = self._get_variable_index(variable)
            momentum, square = self.momenta[index], self.squares[index]
            rate, gradient = (ops.cast(one, variable.dtype) for one in (learning_rate, gradient))
            if square is None:
                self.assign(momentum, MOMENTUM * momentum + (1 - MOMENTUM) * gradient)
                nesterov = MOMENTUM * momentum + (1 - MOMENTUM) * gradient
                self.assign_sub(variable, rate * (orthogonal(nesterov) + DECAY * variable))
                return
            first, second = BETAS
            step = ops.cast(self.iterations + 1, variable.dtype)
            self.assign(momentum, first * momentum + (1 - first) * gradient)
            self.assign(square, second * square + (1 - second) * ops.square(gradient))
            rate = rate * ops.sqrt(1 - ops.power(second, step)) / (1 - ops.power(first, step))
            self.assign_sub(variable, rate * momentum / (ops.sqrt(square) + TINY))

    return Muon(learning_rate=learning_rate, name="muon")


def _is_kernel(variable: Any) -> bool:
    return len(variable.shape) >= 2 and min(variable.shape[-2:]) >= LEAST_SIDE
