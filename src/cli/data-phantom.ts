import { type Command, Option } from 'commander';
import { generatePhantoms } from '../data/phantom/generate.ts';
import { CameraChoice, Tone } from '../data/phantom/spec.ts';
import { outputFolder } from '../store/output.ts';
import type { Context } from './context.ts';
import { wholeNumber } from './options.ts';

interface Options {
  count: number;
  out: string;
  seed: number;
  size: number;
  prevalence: string;
  tone: Tone;
  camera: CameraChoice;
}

export function register(data: Command, { out, signal }: Context): void {
  data
    .command('phantom')
    .description('draw dermoscopy-like images of skin lesions, benign and malignant, with masks and patients')
    .requiredOption('--count <n>', 'images', wholeNumber(1, 1_000_000))
    .requiredOption('--out <dir>', 'folder to write; must not exist yet, or be empty')
    .option('--seed <n>', 'another number draws another population', wholeNumber(0, 2 ** 31 - 1), 1)
    .option('--size <pixels>', 'width and height', wholeNumber(32, 2048), 256)
    .option('--prevalence <share>', 'share of malignant lesions, 0 to 1', '0.4')
    .addOption(
      new Option('--tone <tone>', 'skin: Fitzpatrick I-II, III-IV, V-VI, or all')
        .choices(Tone.options)
        .default('mixed'),
    )
    .addOption(
      new Option('--camera <camera>', 'what the pictures are taken with')
        .choices(CameraChoice.options)
        .default('mixed'),
    )
    .addHelpText(
      'after',
      `
Writes images/ID.jpg, masks/ID.png and metadata.csv (image, label, patient, lesion, age, sex, site, camera, tone).
Every picture is drawn by rule: nothing here is fit for clinical use.

Examples:
  osler data phantom --count 1600 --out phantoms
  osler data import phantoms --name phantom
  osler data phantom --count 400 --out darker --tone dark --camera phone --prevalence 0.2 --seed 7`,
    )
    .action(async (options: Options) => {
      const { json: _, ...rest } = options as Options & { json?: boolean };
      await outputFolder(options.out, '--out');
      const result = await generatePhantoms({
        ...rest,
        prevalence: Number(options.prevalence),
        onProgress: out.progress,
        signal,
      });
      const { images, patients, lesions, classes, seconds } = result;
      out.json(result);
      out.line(`${images} images of ${lesions} lesions of ${patients} patients in ${result.out}`);
      out.line(
        `${classes.benign} benign, ${classes.malignant} malignant; ${seconds.toFixed(1)} s, ${Math.round(images / seconds)} images/s`,
      );
    });
}
