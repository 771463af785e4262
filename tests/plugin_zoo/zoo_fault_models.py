"""A plugin that loads, and whose trained models each break the contract in their own way."""

from restore.api import Model, hookimpl

RESTORE_API = 1


@hookimpl
def restore_models():
    return [
        Model(name, f"zoo_fault_models_parts:{name.replace('-', '_')}", summary)
        for name, summary in (
            ("raises", "Raises when it is built."),
            ("exits", "Ends the program when it is built."),
            ("no-model", "Is no Keras model."),
            ("other-shape", "Takes pictures of 8x8 pixels."),
            ("smaller", "Gives a smaller picture."),
            ("raises-training", "Raises in its training step."),
            ("exits-training", "Ends the program in its training step."),
            ("finish-raises", "Raises after the network."),
            ("finish-exits", "Ends the program after the network."),
            ("finish-shape", "Cuts off a row after the network."),
            ("finish-loses", "Loses the image after the network."),
            ("finish-nan", "Gives NaN after the network."),
            ("finish-mutates", "Writes into its input after the network."),
            ("grows", "Has another width each time the module is loaded."),
        )
    ]
