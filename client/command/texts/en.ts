/** Everything `keval` says, in English. */
export const en = {
  headline: 'keval: judge Korean answers with a keval-edge gateway',
  footer: `--json prints the answer of the gateway, and errors as JSON on the error output. --language en|ko, or LANG.
keval help <command> lists the options. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 key refused, 4 input refused,
5 rows without an answer or a judgment, 6 try again later, 7 below --fail-under, 8 regression, 9 drift of the judge,
130 interrupted.`,
  completionSummary: 'Prints the completion script of a shell: source <(keval completion bash)',
  commands: {
    login: 'Checks an API key (KEVAL_API_KEY, or typed) and keeps it for your user alone.',
    judge: 'Judges one answer. --answer - reads the answer from the standard input.',
    run: 'Asks a model all questions, judges its answers and shows the report. Goes on where it was interrupted.',
    answer: 'Asks a model all questions and writes the answers. Goes on where it was interrupted.',
    eval: 'Judges a file of answers. --wait shows the progress and the tables; Ctrl-C leaves it running.',
    wait: 'Shows the progress of an evaluation to its end, then the tables.',
    cancel: 'Stops an evaluation; finished judgments stay.',
    resume: 'Resumes a cancelled evaluation and retries its failed rows.',
    list: 'Lists the newest evaluations.',
    report: 'Shows all tables of an evaluation; html is one page with plots.',
    results: 'Writes every judgment of an evaluation as JSON Lines or CSV.',
    compare: 'Compares two evaluations of the same questions: is b better than a, beyond chance?',
    leaderboard:
      'Ranks the models of all completed evaluations, within the same questions, protocol and judge.',
    tag: 'Names an evaluation, tags it, or makes it the baseline of its tags.',
    history: 'Shows how the scores of a tag moved, and where questions, judge or weights changed.',
    audit:
      'Audits a judge on your own answers: how far can its ratings be trusted? compare shows two judges on the same cases; drift judges a baseline again.',
  },
  options: {
    tags: 'tags, separated by commas',
    tag: 'evaluations with this tag',
    'baseline-for': 'tags for which the evaluation is the baseline from now on',
    search: 'part of the name',
    sort: 'order of the list; default newest',
    limit: 'the newest N runs; default 20',
    help: 'show this help',
    json: 'print JSON',
    language: 'language of messages and reports',
    url: 'address of the gateway',
    'key-stdin': 'read the key from the standard input even if KEVAL_API_KEY is set',
    question: 'the question',
    answer: 'the answer to judge; - reads the standard input',
    reference: 'a reference answer',
    model: 'the judge; may be left out when only one is served',
    name: 'the name of the evaluation',
    protocol: 'how to judge; default ko-bench',
    template: 'the judge prompt; default auto',
    repeats: 'judgments per row and turn; of an audit, of every row as it is',
    summary: 'how repeats become one rating of a row; default mean',
    temperature: 'temperature of the judge',
    seed: 'seed of the judge',
    'max-tokens': 'token limit of a judgment',
    charset: 'encoding of the files; default utf-8',
    'on-weights-change': 'what happens when the judge gets other weights midway; default pause',
    preview: 'show how the file is understood; start nothing',
    wait: 'wait for the end and show the tables',
    format: 'format of a document (text, markdown or html) or of results (jsonl or csv); default: the first',
    bom: 'begin the CSV with a byte order mark, for Excel',
    texts: 'add question, answer and reference to every judgment',
    'answering-model': 'the model of a, where its file has several',
    'with-model': 'the model of b, where its file has several',
    'fail-under': 'exit with 7 when the mean rating is lower (0 to 10)',
    'fail-on-regression': 'exit with 8 when b is significantly worse than a',
    alpha: 'how often --fail-on-regression may raise a false alarm; default 0.05',
    junit: 'write a JUnit XML file',
    'github-summary': 'append the report to the summary of the GitHub step',
    target: 'the OpenAI-compatible address of the model to ask, such as http://127.0.0.1:8000/v1',
    'target-model': 'the name of the model to ask',
    'target-key-env': 'environment variable with the key of the target; default KEVAL_TARGET_API_KEY',
    questions: 'a question file (own JSONL, FastChat, LogicKor), or a public set',
    references: "a file of reference answers in FastChat's form",
    'max-questions': 'ask only the first N questions',
    out: 'where the answers go; progress is kept beside it in FILE.journal',
    system: 'system prompt for the target',
    'target-temperature': "temperature of the target; mt-bench takes MT-bench's by category; default 0.8",
    'target-max-tokens': 'token limit of an answer; default 2048',
    'target-seed': 'seed of the target',
    stop: 'stop sequence; may be repeated',
    'extra-body': 'more fields for the request body, as a JSON object',
    samples: 'answers per question; default 1',
    concurrency: 'requests at a time; default 8',
    timeout: 'seconds without a sign of the target before another attempt; default 300',
    'no-stream': 'ask for whole answers, for targets that cannot stream',
    retries: 'attempts after a failed one; default 5',
    'judge-reasoning': 'judge the reasoning together with the answer',
    empty: 'rows with an empty answer; default refuse, of a target judge',
    judge: 'the judge; may be left out when only one is served',
    report: 'where the Markdown report goes; default beside the answers',
    answers: 'the file of answers to audit with; - reads the standard input',
    'sample-size': 'rows to draw from the file, each category in proportion; default 60',
    probes: 'names of probes, separated by commas; default all',
    baseline: 'of drift: the completed audit to judge again; of compare: the tag whose baseline is a',
    yes: 'start without asking',
    'no-wait': 'start and leave; do not wait for the end',
  },
  // usage
  mustBeNumber: (option: string, min: number, max: number, whole: boolean) =>
    `--${option} must be a ${whole ? 'whole ' : ''}number of at least ${min}${max === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${max}`}.`,
  notAChoice: (option: string, choices: readonly string[]) => `--${option} must be ${choices.join(' or ')}.`,
  required: (option: string) => `--${option} is required.`,
  noSuchCommand: (name: string) => `There is no command "keval ${name}".`,
  signInFirst: 'Sign in first: keval login --url https://… (or set KEVAL_URL and KEVAL_API_KEY).',
  keyOfOtherGateway: (stored: string, url: string) =>
    `The stored key is for ${stored} and is not sent to ${url}. Set KEVAL_API_KEY, or run keval login --url ${url}.`,
  giveUrl: 'Give the address of the gateway: --url https://…',
  askKey: 'API key: ',
  noKeyGiven: 'The key is empty.',
  signedIn: (url: string, models: readonly string[], file: string) =>
    `Signed in at ${url}. Models: ${models.join(', ') || 'none at the moment'}. Stored in ${file}.`,
  judgeNeeds: 'judge needs --question and --answer.',
  inputNotUtf8: 'The standard input is not UTF-8.',
  noModelServed: 'No model is served at the moment.',
  nameJudge: (option: string, models: readonly string[]) =>
    `Name the judge: --${option} ${models.join(' | ')}`,
  giveFile: 'Give a file: keval eval answers.jsonl',
  giveEvaluation: 'Give the id of one evaluation; keval list shows them.',
  giveTwoEvaluations: 'Give the ids of two evaluations: keval compare <a> <b>',
  inputStandsAlone: '- (standard input) cannot be combined with files.',
  noFile: (path: string) => `There is no file ${path}.`,
  notAFile: (path: string) => `${path} is not a file.`,
  unreadableFile: (path: string, code: string) => `${path} cannot be read (${code}).`,
  noStepSummary: '--github-summary needs GITHUB_STEP_SUMMARY, which GitHub Actions sets.',
  // results
  rating: (rating: number) => `Rating: ${rating}`,
  noRating: (verdict: string) => `No rating (${verdict})`,
  begun: (id: string, judgments: number) =>
    `${id}: ${judgments} judgments have begun.\nFollow it with: keval wait ${id}`,
  stillRuns: (id: string) =>
    `${id} is still running. Come back with: keval wait ${id}\nStop it with: keval cancel ${id}`,
  nowIs: (id: string, status: string, pending: number) =>
    `${id} is ${status}: ${pending} judgments are left.`,
  reportHead: (name: string, judge: string, protocol: string, status: string, id: string) =>
    `${name} · judge ${judge} · ${protocol} · ${status} · ${id}`,
  noEvaluations: 'There are no evaluations yet. Start one: keval eval answers.jsonl',
  evaluations: 'Evaluations',
  evaluationColumns: ['id', 'name', 'judge', 'protocol', 'status', 'done', 'rows', 'tags'],
  nothingToRank: 'Nothing to rank yet: no evaluation is completed.',
  board: (judge: string, protocol: string, dataset: string) =>
    `${judge} · ${protocol} · questions ${dataset}`,
  notSeparated: (models: readonly string[]) => `too few rows to separate from ${models.join(', ')}`,
  boardColumns: ['model', 'rank', 'score', '95% interval', 'rated', 'wrong', ''],
  unranked: { too_few_rows: 'too few rows to rank', no_ratings: 'no ratings' } as Record<string, string>,
  previewRows: (rows: number, format: string, labels: number, references: number) =>
    `${rows} rows in the format ${format}, ${labels} with a label, ${references} with a reference`,
  previewJudgments: (count: number, byTemplate: string) => `${count} judgments: ${byTemplate}`,
  previewTokens: (tokens: number, time: string | null) =>
    `about ${tokens} tokens${time === null ? '' : `, about ${time}`}`,
  previewPublished: (koBench: number, testset: number) =>
    `published material: ${koBench} questions of Ko-Bench, ${testset} inputs of keval's test set`,
  nothingStarted: 'Nothing was started.',
  ignoredFields: (fields: readonly string[]) => `These fields are not used: ${fields.join(', ')}.`,
  skippedRows: (rows: number) => `Rows left out because an answer is empty: ${rows}.`,
  referencesNotShown: (rows: number) =>
    `${rows} rows have a reference that the judge does not see, because their template shows none.`,
  fileRoles: { rows: 'rows', questions: 'questions', answers: 'answers', references: 'references' },
  previewFile: (name: string, container: string, role: string, columns: string) =>
    `${name}: ${role}, ${container}${columns === '' ? '' : `; ${columns}`}`,
  fileProblems: (path: string) => `${path} is refused:`,
  paused: (id: string, reason: string) =>
    `${id} is paused (${reason}). Go on with: keval resume ${id}\nStop it with: keval cancel ${id}`,
  // tags
  tagWhat: 'Give --tags, --name or --baseline-for: keval tag <id> --tags nightly,release',
  tagged: (id: string, name: string, tags: readonly string[], baselines: readonly string[]) =>
    `${id} is called ${name}; tags: ${tags.join(', ') || 'none'}${baselines.length === 0 ? '' : `; baseline of ${baselines.join(', ')}`}`,
  noRuns: (tag: string) => `No completed evaluation has the tag ${tag}.`,
  historyOf: (tag: string) => `Runs of ${tag}, oldest first`,
  historyColumns: [
    'when (UTC)',
    'name',
    'score',
    '95% interval',
    '0 … 1',
    'rows',
    'weights',
    'changed',
    'id',
  ],
  historyChanges: {
    dataset: 'other questions',
    judge: 'other judge',
    protocol: 'other protocol',
    weights: 'other weights',
  },
  isBaseline: 'baseline',
  noBaseline: (tag: string) =>
    `${tag} has no baseline. Choose one: keval tag <id> --tags ${tag} --baseline-for ${tag}`,
  nothingSinceBaseline: (tag: string) => `No run of ${tag} has been completed since its baseline.`,
  // audits
  noSuchAuditStep: (name: string, steps: readonly string[]) =>
    `There is no "keval audit ${name}"; there are ${steps.join(', ')}, and keval audit --judge MODEL --answers FILE.`,
  giveAnswers: 'Give a file: keval audit --judge MODEL --answers answers.jsonl',
  giveAudit: 'Give the id of one audit; keval audit list shows them.',
  giveTwoAudits: 'Give the ids of two audits: keval audit compare <a> <b>',
  baselineIsForDrift: '--baseline belongs to keval audit drift, which reads no file.',
  driftTakesNoFile:
    'drift judges the cases of the baseline again and takes nothing else: keval audit drift --baseline <id>',
  noAudits: 'There are no audits yet. Start one: keval audit --judge MODEL --answers answers.jsonl',
  audits: 'Audits',
  auditColumns: ['id', 'name', 'judge', 'status', 'done', 'rows', 'baseline'],
  auditRows: (rows: number, fileRows: number) => `${rows} of ${fileRows} rows are drawn`,
  auditJudgments: (judgments: number, probes: number) => `${judgments} judgments by ${probes} probes`,
  probesUnused: (probes: readonly string[]) =>
    `These probes apply to none of the rows: ${probes.join(', ')}.`,
  askStart: 'Start? [y/N] ',
  confirmWithYes: 'Nothing was started. The input is no terminal, so add --yes to confirm.',
  auditBegun: (id: string, judgments: number) =>
    `${id}: ${judgments} judgments have begun.\nFollow it with: keval audit wait ${id}`,
  auditStillRuns: (id: string) =>
    `${id} is still running. Come back with: keval audit wait ${id}\nStop it with: keval audit cancel ${id}`,
  auditPaused: (id: string, reason: string) =>
    `${id} is paused (${reason}). Go on with: keval audit resume ${id}\nStop it with: keval audit cancel ${id}`,
  seeExamples: (id: string) =>
    `The worst examples side by side: keval audit report ${id} --format html > audit.html`,
  noBaselineLeft: (baseline: string) => `${baseline} was deleted meanwhile, so nothing can be compared.`,
  driftFound: (causes: readonly string[]) => `The judge has moved: ${causes.join(', ')}.`,
  // continuous integration
  belowThreshold: (mean: number | null, threshold: number) =>
    `The mean rating is ${mean === null ? 'missing' : mean.toFixed(3)}, below --fail-under ${threshold}.`,
  regression: (difference: number, p: number, alpha: number, pairs: number) =>
    `Regression: b is ${Math.abs(difference).toFixed(3)} points lower than a over ${pairs} pairs (one-sided p = ${p.toFixed(4)}, alpha ${alpha}).`,
  nothingCompared: 'The evaluations have no rated question in common, so a regression cannot be excluded.',
  notJudged: (failed: number, pending: number) => `${failed} judgments failed, ${pending} are pending.`,
  // answers of a target
  askingQuestions: (questions: number, samples: number, model: string) =>
    `Asking ${model} ${questions} questions${samples === 1 ? '' : `, ${samples} samples each`}.`,
  alreadyAnswered: (count: number) => `${count} answers are there already and are not asked again.`,
  answerTally: (tally: { answered: number; empty: number; refused: number; cut: number; failed: number }) =>
    `Answers: ${tally.answered} turns answered, of them ${tally.empty} empty, ${tally.refused} refused, ${tally.cut} cut off at the token limit; ${tally.failed} failed.`,
  wroteAnswers: (rows: number, file: string) => `${rows} rows are in ${file}.`,
  wroteReport: (file: string) => `The report is in ${file}.`,
  continueAnswers: (journal: string) =>
    `Interrupted. The answers so far are in ${journal}; the same command goes on.`,
  failedAnswer: (id: string, turn: number, reason: string) => `question ${id}, turn ${turn}: ${reason}`,
  targetRefuses: (reason: string) => `The target refuses the requests: ${reason}`,
  targetUnusable: (url: string) =>
    `"${url}" is not a usable target: an http(s) URL without a user name is needed.`,
  otherSettings: (journal: string, fields: readonly string[]) =>
    `${journal} was made with other settings (${fields.join(', ')}). Choose another --out, or delete it.`,
  journalInUse: (journal: string, pid: number) => `${journal} is in use by process ${pid}.`,
  notAJournal: (journal: string) => `${journal} is not a journal of keval.`,
  badExtraBody: '--extra-body must be a JSON object.',
  reservedField: (field: string) => `--extra-body must not set ${field}: an option or the question does.`,
  noKeyVariable: (name: string) => `The environment variable ${name} is not set.`,
  questionProblems: (path: string) => `${path} cannot be used as questions:`,
  noQuestions: 'it contains no question',
  nothingToJudge: 'No answer is left to judge.',
  emptyRefused: (count: number) => `${count} answers are empty, and --empty is refuse. Nothing was judged.`,
  emptySkipped: (count: number) => `${count} rows with an empty answer are not judged.`,
  caveat: (text: string) => `> **Caveat.** ${text}`,
  fetching: (name: string, home: string, licence: string) =>
    `Fetching ${name} from ${home}. Licence: ${licence}.`,
  firstUse: (name: string, digest: string) =>
    `The first turns of ${name} are the published ones. No digest of the whole file is published; its SHA-256 ${digest} is recorded and checked from now on.`,
  digestDiffers: (name: string, expected: string, found: string) =>
    `${name} is not what it was: SHA-256 ${found} where ${expected} was expected. Nothing was asked.`,
  contentDiffers: (name: string) => `No file at the home of ${name} holds its published questions.`,
  cannotFetch: (name: string, reason: string) =>
    `${name} could not be fetched (${reason}). Without a network give a local file: --questions FILE.`,
  // numbers and times
  seconds: (seconds: number) => `${seconds} s`,
  minutes: (minutes: number, seconds: number) => `${minutes} min ${seconds} s`,
  hours: (hours: number, minutes: number) => `${hours} h ${minutes} min`,
  timeLeft: (time: string) => `${time} left`,
  countWrong: (count: number) => `${count} wrong`,
  countFailed: (count: number) => `${count} failed`,
  countCut: (count: number) => `${count} cut off`,
  countEmpty: (count: number) => `${count} empty`,
  countRefused: (count: number) => `${count} refused`,
  tryAgainIn: (seconds: number) => `Try again in ${seconds} s.`,
  requestId: (id: string) => `Request id: ${id}`,
  diskFull: 'The output could not be written: no space is left on the device.',
}

export type CliTexts = typeof en
export type CommandName = keyof CliTexts['commands']
