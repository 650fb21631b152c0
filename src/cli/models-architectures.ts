import type { Command } from 'commander';
import { createModel, modelNames, modelSpec } from '../models/index.ts';
import type { Context } from './context.ts';
import { type Column, tableLines } from './table.ts';

/** What the list says of one architecture. */
interface Line {
  name: string;
  summary: string;
  /** With 1,000 classes and RGB input, as torchvision counts. */
  parameters: number;
  inputSize: number;
  minSize: number;
  embedding: number;
  /** Official weights by name, with their ImageNet top-1 accuracy in percent. */
  pretrained: { name: string; url: string; top1: number }[];
}

function lineOf(name: string): Line {
  const { summary, inputSize, minSize, embedding, pretrained } = modelSpec(name);
  const parameters = createModel(name, { classes: 1000, channels: 3 }).parameterCount();
  const weights = Object.entries(pretrained).map(([name, { url, top1 }]) => ({ name, url, top1 }));
  return { name, summary, parameters, inputSize, minSize, embedding, pretrained: weights };
}

export function register(models: Command, { out }: Context): void {
  models
    .command('architectures')
    .description('list the network architectures')
    .addHelpText(
      'after',
      `
Examples:
  osler models architectures
  osler models architectures --json
  osler train RECIPE dataset=skin model.name=resnet50 model.pretrained=imagenet

Parameters are counted with 1,000 classes and RGB input, as torchvision does. Any number of classes, 1 or 3 channels and any
input size from the smallest on will do. \`imagenet\` is torchvision's IMAGENET1K_V1, \`imagenet-v2\` its IMAGENET1K_V2;
a path (.pth, .pt, .safetensors) or an https URL works too.`,
    )
    .action(() => {
      const lines = modelNames().map(lineOf);
      out.json(lines);
      const columns: Column<Line>[] = [
        { title: 'name', cell: (l) => l.name },
        { title: 'parameters', cell: (l) => `${(l.parameters / 1e6).toFixed(1)} M`, align: 'right' },
        { title: 'input', cell: (l) => String(l.inputSize), align: 'right' },
        { title: 'smallest', cell: (l) => String(l.minSize), align: 'right' },
        {
          title: 'pretrained (top-1)',
          cell: (l) => l.pretrained.map((w) => `${w.name} ${w.top1.toFixed(1)}%`).join(', '),
        },
        { title: 'what', cell: (l) => l.summary },
      ];
      for (const text of tableLines(lines, columns)) out.line(text);
    });
}
