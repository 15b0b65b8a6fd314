/** Caveats of judgments, reports and comparisons. */
export const caveats = {
  // what makes a judgment less trustworthy
  empty_reference: 'The template shows the judge a reference, and it is empty.',
  rating_in_answer: 'The answer contains what looks like a rating: it may steer the judge.',
  template_marker_in_answer:
    'The answer contains a marker of the judge prompt: it may pass for a part of the prompt.',
  script_mismatch: 'Question and answer seem to be in different languages: the judge is told to rate this 0.',
  near_context_limit:
    'The prompt has about {tokens} tokens of a context of {context}: the explanation may be cut.',
  demo_model: 'keval-mini is a small demonstration model. It is not keval; do not rely on its ratings.',

  // caveats of reports and comparisons
  note_imported:
    'Imported: {gateway} made this evaluation on {date}. Its results were checked for damage, not judged again.',
  note_mixed_weights:
    "Caution: the judge's weights changed during this evaluation. Sets of weights that judged its rows: {count}. Every mean below mixes them; the table of weights has the mean of each.",
  note_answer_faults:
    'How the answers were collected: {empty} are empty, {refused} are refusals, {cut} are cut off at the token limit; left out: {failed} that failed, {skipped} rows with an empty answer.',
  note_not_finished: 'Not finished. Judgments still to be made: {pending}.',
  note_failed_judgments: 'Failed judgments, left out of every table: {failed}. "failures" names the rows.',
  note_no_rating:
    'Judgments without a rating: {wrong}. They count as wrong in diff score and accuracy and are left out of means; none counts as 0.',
  note_too_few_rows: 'Few rows: {rows}, below {minimum}. Read the intervals, not the order.',
  note_in_testset:
    "Rows that equal inputs of keval's published test set: {rows}. A judge may have seen them.",
  note_in_ko_bench:
    'Rows that ask public questions of Ko-Bench: {rows}. A model may have been trained on them.',
  note_language_missed:
    'Answers in another script than their question that were not rated 0, as the judge prompts demand: {missed}. Translations are a good reason; look at them.',
  note_skipped_rows: 'Rows left out because an answer is empty: {rows}.',
  note_references_not_shown:
    'Rows whose reference the judge did not see: {rows}. Their category is not one of math, reasoning and coding, or the template shows none.',
  note_ignored_fields: 'Fields of the file that were not read: {fields}.',
  note_rating_summary:
    'Means and scores take the {summary} of the repeats of a row; agreement with labels takes every judgment.',
  note_without_probabilities:
    '{count} ratings stand in for an expected rating, because the node gave no probabilities.',
  note_row_is_unit: 'Intervals take the row as the unit: repeats of a row do not make them narrower.',
  note_simple_keval:
    'simple-keval: one template for every row, first turn only, first bracket in the text read as the rating.',
  note_mixed_weights_of_side:
    'Caution: {name} was judged by more than one set of weights; its ratings mix them.',
  note_imported_side:
    '{name} is imported: {gateway} judged it. Its judge and weights are those that the archive names, unverified.',
  note_other_weights:
    'Caution: a and b were judged by different weights; their difference may be that of the judges.',
  note_no_common_rows: 'The two evaluations have no rated question in common.',
  note_few_common_rows: 'Few rows in common: {pairs}, below {minimum}. Read the interval, not the order.',
  note_ids_differ:
    'Ids that stand for different questions in a and b: {count}. Those rows were paired by question.',
  note_unpaired: 'Not paired, since the other side lacks the question: {a} of a, {b} of b.',
  note_other_questions: 'The two evaluations do not ask the same questions.',
  note_other_dataset: 'The two evaluations are of different datasets: a of {a}, b of {b}.',
  note_other_dataset_version:
    'The two evaluations are of different versions of {name}: a of version {a}, b of version {b}. Questions, references or categories differ.',
  note_other_protocols: 'The two evaluations follow different protocols.',
} as const
