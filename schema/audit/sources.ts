/** Published work that the probes follow. */
export const sources = {
  metamorphic:
    'Chen, Cheung and Yiu (1998), Metamorphic testing: a new approach for generating next test cases',
  mtBench: 'Zheng et al. (2023), Judging LLM-as-a-judge with MT-bench and Chatbot Arena, arXiv:2306.05685',
  largeBias: 'Wang et al. (2023), Large language models are not fair evaluators, arXiv:2305.17926',
  authority: 'Chen et al. (2024), Humans or LLMs as the judge? A study on judgement bias, arXiv:2402.10669',
  calm: 'Ye et al. (2024), Justice or prejudice? Quantifying biases in LLM-as-a-judge, arXiv:2410.02736',
  attack:
    'Raina, Liusie and Gales (2024), Is LLM-as-a-judge robust? Universal adversarial attacks, arXiv:2402.14016',
  injection:
    'Shi et al. (2024), Optimization-based prompt injection attack to LLM-as-a-judge, arXiv:2403.17710',
  nullModel:
    'Zheng et al. (2024), Cheating automatic LLM benchmarks: null models achieve high win rates, arXiv:2410.07137',
  length: 'Dubois et al. (2024), Length-controlled AlpacaEval, arXiv:2404.04475',
  checklist:
    'Ribeiro et al. (2020), Beyond accuracy: behavioral testing of NLP models with CheckList, ACL 2020',
  evaluators:
    'Doddapaneni et al. (2024), Finding blind spots in evaluator LLMs with interpretable checklists, arXiv:2406.13439',
} as const
