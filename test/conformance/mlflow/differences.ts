/** Where Osler's answers are not those of MLflow's own server, and why. A test fails where one is missing, and where one is not needed. */
export const DIFFERENCES: { at: RegExp; why: string }[] = [
  {
    at: /^fluent\.odd_numbers\/history\[[12]\]\/value$/,
    why: 'MLflow keeps infinity as the largest finite number, so that a diverged loss reads as 1.8e308. Osler keeps infinity.',
  },
  {
    at: /^client\.experiments\/rename\//,
    why: "Renaming a deleted experiment is the client's mistake: 400 with a sentence. MLflow answers 500, and its client tries again and again.",
  },
  {
    at: /^search\.orders\/\['metrics\.loss', 'metrics\.loss DESC'\]\//,
    why: "Ordering by one column twice is the client's mistake: 400. MLflow answers 500.",
  },
  {
    at: /^search\.filters\/params\.lr = '0\.1' and$/,
    why: 'A filter that ends in AND has lost a part: it is refused. MLflow searches by what is left of it.',
  },
  {
    at: /^raw\.missing_and_wrong\/history of unknown run\//,
    why: 'A run that is not there has no history: 404. MLflow answers 200 with an empty one, so that a misspelt id looks like a run without values.',
  },
  {
    at: /^raw\.pages_of_a_history\/page\[\d\]$/,
    why: 'A page of a history that is longer comes in the order of steps, which is the order of the table; MLflow sorts by time.',
  },
  {
    at: /^registry\.a_name_again\/second$/,
    why: 'The number of a version is never used again under its name, also after the model was deleted: skin@1 means one network for ever.',
  },
  {
    at: /^models\.logged_models\/on dataset$/,
    why: 'A search of models by the name of a dataset alone finds those measured on it. MLflow 3.17 compares the absent digest with null and finds none.',
  },
  {
    at: /^raw\.artifact_proxy\/root\/body\/files\[\d+\]\/file_size$/,
    why: 'An empty file has a size, 0. MLflow leaves it out.',
  },
];
