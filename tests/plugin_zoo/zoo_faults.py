"""A plugin that loads, and whose components each break the contract in their own way at work."""

from restore.api import Corruption, Dataset, Metric, Model, hookimpl

RESTORE_API = 1


@hookimpl
def restore_corruptions():
    return [
        Corruption("raises", "zoo_faults_corruptions:raises", "Raises on one picture."),
        Corruption("raises-late", "zoo_faults_corruptions:raises_late", "Raises on one call."),
        Corruption("raises-unspeakable", "zoo_faults_corruptions:raises_unspeakable", "Its error has no text."),
        Corruption("refuses", "zoo_faults_corruptions:refuses", "Refuses one picture."),
        Corruption("exits", "zoo_faults_corruptions:exits", "Ends the program on one picture."),
        Corruption("wrong-shape", "zoo_faults_corruptions:wrong_shape", "Cuts off a row."),
        Corruption("wrong-dtype", "zoo_faults_corruptions:wrong_dtype", "Returns float64."),
        Corruption("out-of-range", "zoo_faults_corruptions:out_of_range", "Returns values to 255."),
        Corruption("not-a-number", "zoo_faults_corruptions:not_a_number", "Returns NaN."),
        Corruption("no-damaged", "zoo_faults_corruptions:no_damaged", "Returns the array alone."),
        Corruption("mutates", "zoo_faults_corruptions:mutates", "Writes into its input."),
        Corruption("mutates-unlocked", "zoo_faults_corruptions:mutates_unlocked", "Unlocks its input, and writes."),
        Corruption("bad-mask-shape", "zoo_faults_corruptions:bad_mask_shape", "A mask with channels."),
        Corruption("leaky-mask", "zoo_faults_corruptions:leaky_mask", "Changes what is not in its mask."),
        Corruption("bad-truth", "zoo_faults_corruptions:bad_truth", "A truth that cannot be written down."),
        Corruption("global-random", "zoo_faults_corruptions:global_random", "Draws from NumPy's global state."),
        Corruption("bad-option", "zoo_faults_corruptions:bad_option", "An option of no type that can be read."),
        Corruption("import-exits", "zoo_faults_exits:scratch", "Ends the program when its module is imported."),
        Corruption("fine", "zoo_faults_corruptions:fine", "The one without a fault."),
    ]


@hookimpl
def restore_datasets():
    return [
        Dataset("raises-opening", "zoo_faults_datasets:raises_opening", "Raises when it is opened."),
        Dataset("no-source", "zoo_faults_datasets:no_source", "Returns nothing."),
        Dataset("no-length", "zoo_faults_datasets:no_length", "Has a length that raises."),
        Dataset("bad-keys", "zoo_faults_datasets:bad_keys", "Has keys that are no pairs."),
        Dataset("raises", "zoo_faults_datasets:raises", "Raises on one sample."),
        Dataset("exits", "zoo_faults_datasets:exits", "Ends the program on one sample."),
        Dataset("no-sample", "zoo_faults_datasets:no_sample", "Gives arrays."),
        Dataset("wrong-shape", "zoo_faults_datasets:wrong_shape", "Gives a picture without channels."),
        Dataset("wrong-dtype", "zoo_faults_datasets:wrong_dtype", "Gives bytes."),
        Dataset("out-of-range", "zoo_faults_datasets:out_of_range", "Gives values to 255."),
        Dataset("not-a-number", "zoo_faults_datasets:not_a_number", "Gives NaN."),
        Dataset("one-id", "zoo_faults_datasets:one_id", "Gives one id to all samples."),
        Dataset("bad-partner", "zoo_faults_datasets:bad_partner", "Gives a damaged partner that is no Damaged."),
        Dataset("bad-labels", "zoo_faults_datasets:bad_labels", "Gives labels that cannot be written down."),
    ]


@hookimpl
def restore_models():
    return [
        Model(name, f"zoo_faults_models:{name.replace('-', '_')}", summary, trains=False)
        for name, summary in (
            ("raises", "Raises."),
            ("exits", "Ends the program."),
            ("wrong-shape", "Returns images without channels."),
            ("wrong-dtype", "Returns float64."),
            ("out-of-range", "Returns values to 2."),
            ("not-a-number", "Returns NaN in one picture."),
            ("mutates", "Writes into its input."),
            ("global-random", "Draws from NumPy's global state."),
        )
    ]


@hookimpl
def restore_metrics():
    return [
        *(
            Metric(name, f"zoo_faults_metrics:{name.replace('-', '_')}", summary)
            for name, summary in (
                ("raises", "Raises."),
                ("exits", "Ends the program."),
                ("wrong-length", "One number too few."),
                ("wrong-dtype", "Texts."),
                ("infinite", "Infinity for one picture."),
                ("mutates", "Writes into its input."),
                ("global-random", "Draws from NumPy's global state."),
            )
        ),
        Metric("no-dict", "zoo_faults_metrics:no_dict", "A number for the set.", over="set"),
        Metric("bad-key", "zoo_faults_metrics:bad_key", "A key that is no text.", over="set"),
        Metric("mutates-set", "zoo_faults_metrics:mutates_set", "Writes into the set.", over="set"),
    ]
