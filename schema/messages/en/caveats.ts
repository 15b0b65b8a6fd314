/** Caveats of judgments, reports and comparisons. */
export const caveats = {
  // what makes a judgment less trustworthy
  empty_reference: 'The template uses a reference, but the reference is empty.',
  rating_in_answer: 'The answer contains what looks like a rating, which may steer the judge.',
  template_marker_in_answer:
    'The answer contains a marker of the judge prompt and may be mistaken for part of the prompt.',
  script_mismatch:
    'Question and answer seem to be in different languages. The judge prompt asks for a rating of 0 in this case.',
  near_context_limit:
    'The prompt uses about {tokens} of {context} context tokens, so the explanation may be cut off.',
  demo_model: 'keval-mini is a small demonstration model. It is not keval; do not rely on its ratings.',

  // caveats of reports and comparisons
  note_imported:
    'Imported from {gateway}, where it was created on {date}. The file was checked for damage, but nothing was judged again.',
  note_mixed_weights:
    'Caution: the weights of the judge changed during this evaluation. Sets of weights used: {count}. All means below mix them; see the weights table for separate means.',
  note_answer_faults:
    'Answer collection: {empty} empty, {refused} refused, {cut} cut off at the token limit. Left out: {failed} failed, {skipped} rows with an empty answer.',
  note_not_finished: 'The evaluation is not finished. Remaining judgments: {pending}.',
  note_failed_judgments:
    'Failed judgments, left out of all tables: {failed}. The failures table lists the rows.',
  note_no_rating:
    'Judgments without a rating: {wrong}. They count as wrong in diff score and accuracy, are left out of means, and never count as 0.',
  note_too_few_rows: 'Too few rows: {rows} (fewer than {minimum}). Rely on the intervals, not the ranking.',
  note_in_testset:
    'Rows that match inputs of the published keval test set: {rows}. The judge may have been trained on them.',
  note_in_ko_bench:
    'Rows that match published Ko-Bench questions: {rows}. The answering model may have been trained on them.',
  note_language_missed:
    'Answers in a different script than their question that were not rated 0, as the judge prompts require: {missed}. Check them: translation tasks are a valid exception.',
  note_skipped_rows: 'Rows left out because an answer is empty: {rows}.',
  note_references_not_shown:
    'Rows whose reference was not shown to the judge: {rows}. Their category is not math, reasoning or coding, or the template does not use references.',
  note_ignored_fields: 'Ignored fields of the file: {fields}.',
  note_rating_summary:
    'Means and scores use the {summary} of the repeats of each row. Agreement with labels uses every judgment.',
  note_without_probabilities:
    'Judgments that use the rating instead of the expected rating, because the node returned no probabilities: {count}.',
  note_row_is_unit: 'Intervals are computed by row, so more repeats do not make them narrower.',
  note_simple_keval:
    'simple-keval: one template for all rows, first turn only; the first bracket in the output is read as the rating.',
  note_mixed_weights_of_side:
    'Caution: {name} was judged by more than one set of weights, and its ratings mix them.',
  note_imported_side:
    'Imported: {name}. It was judged by {gateway}; judge and weights are as stated in the file, unverified.',
  note_other_weights:
    'Caution: a and b were judged by different weights. The difference may come from the judge.',
  note_no_common_rows: 'The two evaluations have no rated questions in common.',
  note_few_common_rows:
    'Too few common rows: {pairs} (fewer than {minimum}). Rely on the interval, not the ranking.',
  note_ids_differ: 'IDs with different questions in a and b: {count}. Those rows were paired by question.',
  note_unpaired: 'Rows without the same question on the other side, left out: {a} of a, {b} of b.',
  note_other_questions: 'The two evaluations use different questions.',
  note_other_dataset: 'The two evaluations use different datasets: a {a}, b {b}.',
  note_other_dataset_version:
    'The two evaluations use different versions of {name}: a version {a}, b version {b}. Questions, references or categories differ.',
  note_other_protocols: 'The two evaluations use different protocols.',
} as const
