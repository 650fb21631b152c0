/** What the codes of HAM10000 and the ISIC archive stand for. A label that is none of them is its own name. */
const NAMES: Record<string, string> = {
  akiec: 'Actinic keratoses and intraepithelial carcinoma',
  ak: 'Actinic keratosis',
  bcc: 'Basal cell carcinoma',
  bkl: 'Benign keratosis-like lesions',
  df: 'Dermatofibroma',
  mel: 'Melanoma',
  nv: 'Melanocytic nevi',
  scc: 'Squamous cell carcinoma',
  vasc: 'Vascular lesions',
};

export const diagnosisOf = (label: string): string =>
  Object.hasOwn(NAMES, label.toLowerCase()) ? NAMES[label.toLowerCase()]! : label;
