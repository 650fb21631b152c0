/** What tables call the sex and the age of a patient, by `plainColumn`. */
export const SEX = /^(sex|gender)$/;
export const AGE = /^age(_?(approx|years|at_?\w+))?$/;

/** A column's name without its spelling and without whose it is: "Patient Age", "PatientAge", "patient's age" and "patient_age" are "age". */
export function plainColumn(name: string): string {
  return name
    .trim()
    .replace(/(?<=\p{Ll})(?=\p{Lu})/gu, '_')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^(patient|subject|participant|person)(_?s)?_/, '');
}

const PER_YEAR = { Y: 1, M: 12, W: 365.25 / 7, D: 365.25 };

/** Years of an age as DICOM writes it (PS3.5, value representation AS): 061Y, 018M, 003W, 010D. Undefined for anything else. */
export function yearsOf(text: string): number | undefined {
  const match = /^(\d{3})([YMWD])$/.exec(text.trim().toUpperCase());
  return match === null ? undefined : Number(match[1]) / PER_YEAR[match[2] as keyof typeof PER_YEAR];
}
