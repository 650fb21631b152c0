import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { OslerError } from '../../errors.ts';
import { openDataset } from '../dataset.ts';
import { classes, importAs, lay, withFolder } from '../testing.ts';

const rejects = (promise: Promise<unknown>, text: RegExp) =>
  assert.rejects(promise, (error: unknown) => {
    assert.ok(error instanceof OslerError, String((error as Error)?.stack));
    assert.match(`${error.message} ${error.hint ?? ''}`, text);
    return true;
  });

const images = (paths: readonly string[]) => Object.fromEntries(paths.map((path, i) => [path, i + 1]));
const ids = Array.from({ length: 12 }, (_, i) => `ISIC_${String(24306 + i).padStart(7, '0')}`);

test('HAM10000: both image folders, labels, lesions and further columns', () =>
  withFolder(async (folder, home) => {
    const rows = ids.map(
      (id, i) => `HAM_${i >> 1},${id},${i < 6 ? 'nv' : 'mel'},histo,${i === 0 ? '' : `${40 + i}.0`},male,back`,
    );
    const source = await lay(join(folder, 'ham'), {
      ...images(ids.map((id, i) => `HAM10000_images_part_${(i % 2) + 1}/${id}.jpg`)),
      HAM10000_metadata: `lesion_id,image_id,dx,dx_type,age,sex,localization\n${rows.join('\n')}\n`,
      'hmnist_8_8_L.csv': 'pixel0000,label\n1,2\n',
    });
    const result = await importAs(home, source);
    assert.equal(result.source.format, 'ham10000');
    assert.deepEqual([result.samples, result.groups, result.classes.join()], [12, 6, 'mel,nv']);
    const samples = (await openDataset(home, 'd')).samples();
    const first = samples.find((s) => s.id.includes(ids[1]!))!;
    assert.deepEqual(first.meta, { dx_type: 'histo', age: 41, sex: 'male', localization: 'back' });
    assert.equal(samples.find((s) => s.id.includes(ids[0]!))!.meta.age, null);
    for (const [, same] of Map.groupBy(samples, (s) => s.group))
      assert.equal(new Set(same.map((s) => s.split)).size, 1);
  }));

test('ISIC 2018 and 2019: one column a class, lesions and metadata from their own tables, splits by table', () =>
  withFolder(async (folder, home) => {
    const truth = (names: readonly string[], first: string) =>
      `image,MEL,NV,BCC\n${names.map((n, i) => `${n},${i % 2 ? '0.0,1.0' : '1.0,0.0'},0.0`).join('\n')}\n${first}`;
    const source = await lay(join(folder, '2018'), {
      ...images(ids.slice(0, 8).map((id) => `ISIC2018_Task3_Training_Input/${id}.jpg`)),
      ...Object.fromEntries(ids.slice(8).map((id, i) => [`ISIC2018_Task3_Test_Input/${id}.jpg`, 60 + i])),
      'ISIC2018_Task3_Training_GroundTruth.csv': truth(ids.slice(0, 8), ''),
      'ISIC2018_Task3_Test_GroundTruth/ISIC2018_Task3_Test_GroundTruth.csv': truth(ids.slice(8), ''),
      'ISIC2018_Task3_Training_LesionGroupings.csv': `image,lesion_id\n${ids.map((id, i) => `${id},L${i >> 1}`).join('\n')}\n`,
    });
    const result = await importAs(home, source);
    assert.deepEqual([result.source.format, result.samples, result.split.kind], ['isic', 12, 'carved']);
    assert.deepEqual(result.classes, ['mel', 'nv']);
    assert.deepEqual(result.splits.test, { mel: 2, nv: 2 });
    assert.equal(result.groups, 6);

    const newer = await lay(join(folder, '2019'), {
      ...images(ids.map((id) => `ISIC_2019_Training_Input/${id}.jpg`)),
      'ISIC_2019_Training_GroundTruth.csv': truth(ids.slice(0, 11), `${ids[11]},0,0,0\n`),
      'ISIC_2019_Training_Metadata.csv': `image,age_approx,anatom_site_general,lesion_id,sex\n${ids.map((id, i) => `${id},${50 + i},torso,${i < 4 ? 'BCN_1' : ''},female`).join('\n')}\n`,
    });
    const second = await importAs(home, newer, { name: 'newer' });
    assert.deepEqual([second.samples, second.groups, second.split.kind], [11, 1, 'made']);
    assert.match(JSON.stringify(second.leftOut), /no class in ISIC_2019_Training_GroundTruth.csv/);
    assert.equal((await openDataset(home, 'newer')).samples()[3]!.meta.age_approx, 53);
  }));

test('SIIM-ISIC of Kaggle and COVID-19 Radiography are recognised; masks are no samples', () =>
  withFolder(async (folder, home) => {
    const rows = ids.map((id, i) => `${id},IP_${i >> 2},male,45,torso,nevus,${i % 2 ? 'malignant,1' : 'benign,0'}`);
    const siim = await lay(join(folder, 'siim'), {
      ...images(ids.map((id) => `jpeg/train/${id}.jpg`)),
      'train.csv': `image_name,patient_id,sex,age_approx,anatom_site_general_challenge,diagnosis,benign_malignant,target\n${rows.join('\n')}`,
      'test.csv': 'image_name,patient_id,sex,age_approx,anatom_site_general_challenge\nISIC_1,IP_9,male,1,torso',
    });
    const result = await importAs(home, siim);
    assert.deepEqual(
      [result.source.format, result.classes.join(), result.groups, result.split.kind],
      ['siim-isic', 'benign,malignant', 3, 'made'],
    );
    const covid = await lay(join(folder, 'covid'), {
      ...classes('COVID-19_Radiography_Dataset/COVID/images/', [''], 0),
      ...images(
        ['COVID', 'Normal', 'Viral Pneumonia'].flatMap((c) =>
          [1, 2, 3].map((i) => `COVID-19_Radiography_Dataset/${c}/images/${c}-${i}.png`),
        ),
      ),
      ...images(
        ['COVID', 'Normal', 'Viral Pneumonia'].flatMap((c) =>
          [1, 2, 3].map((i) => `COVID-19_Radiography_Dataset/${c}/masks/${c}-${i}.png`),
        ),
      ),
      'COVID-19_Radiography_Dataset/COVID.metadata.xlsx': 'PK',
    });
    const second = await importAs(home, covid, { name: 'covid' });
    assert.deepEqual([second.source.format, second.samples], ['covid-radiography', 9]);
    assert.deepEqual(second.classes, ['COVID', 'Normal', 'Viral Pneumonia']);
  }));

test('any table with usual columns: byte order mark, semicolons, quotes, Windows-1252, paths, a split column', () =>
  withFolder(async (folder, home) => {
    const files = {
      ...images(['images/a1.png', 'images/a2.png', 'images/b1.png', 'images/b2.png']),
      'masks/a1.png': 90,
    };
    const text =
      '\ufeffimage;label;patient;split;"site; side"\r\nimages/a1.png;a;p1;train;"arm; left"\r\nimages\\a2.png;a;p2;test;x\r\n./images/b1.png;b;p3;train;x\r\nb2;b;p4;test;"say ""ah"""\r\n\r\n';
    const source = await lay(join(folder, 'one'), { ...files, 'metadata.csv': text });
    const result = await importAs(home, source);
    assert.deepEqual([result.source.format, result.samples, result.groups, result.split.kind], ['csv', 4, 4, 'carved']);
    assert.doesNotMatch(JSON.stringify(result.leftOut), /csv/, 'the table that was read is not left out');
    const samples = (await openDataset(home, 'd')).samples();
    assert.deepEqual(
      samples.map((s) => s.meta['site; side']),
      ['arm; left', 'x', 'x', 'say "ah"'],
    );
    assert.deepEqual(
      samples.map((s) => s.split === 'test'),
      [false, true, false, true],
    );

    const latin = Buffer.from('file,label,ort\na1.png,a,R\xfccken\na2.png,a,x\nb1.png,b,x\nb2.png,b,x\n', 'latin1');
    const second = await importAs(home, await lay(join(folder, 'two'), { ...files, 'labels.csv': latin }), {
      name: 'two',
    });
    assert.match(second.notes.join(), /labels.csv is not UTF-8; it was read as Windows-1252/);
    assert.equal((await openDataset(home, 'two')).samples()[0]!.meta.ort, 'Rücken');

    const wide = Buffer.from('\ufefffile\tlabel\na1.png\ta\nb1.png\tb\n', 'utf16le');
    const third = await importAs(
      home,
      join(await lay(join(folder, 'three'), { ...files, 'labels.tsv': wide }), 'labels.tsv'),
      { name: 'three' },
    );
    assert.equal(third.samples, 2);
    assert.match(JSON.stringify(third.leftOut), /no row in labels.tsv/);
  }));

test('ages as DICOM writes them become years, in columns that hold ages', () =>
  withFolder(async (folder, home) => {
    const rows = ['061Y', '018M', '', 'unknown'].map((age, i) => `a/${i}.png,${age},${age}`);
    const files = { ...classes('', ['a', 'b'], 4), 'meta.csv': `image,Patient Age,code\n${rows.join('\n')}\n` };
    const source = await lay(join(folder, 'source'), files);
    await importAs(home, source, { metadata: join(source, 'meta.csv'), id: 'image' });
    const samples = (await openDataset(home, 'd')).samples().filter(({ id }) => id.startsWith('a/'));
    assert.deepEqual(
      samples.map(({ meta }) => [meta['Patient Age'], meta.code]),
      [
        [61, '061Y'],
        [1.5, '018M'],
        [null, null],
        ['unknown', 'unknown'],
      ],
    );
  }));

test('--metadata joins groups and columns to folders of classes; what does not match is counted and named', () =>
  withFolder(async (folder, home) => {
    const source = await lay(join(folder, 'src'), classes('', ['a', 'b'], 6));
    const table = join(folder, 'meta.csv');
    await lay(folder, {
      'meta.csv': 'name,who,age\na/0.png,p1,30\na/1,p1,31\nb/0.png,p2,x\nb/77.png,p9,1\nb/0.png,p2,x\n',
    });
    const result = await importAs(home, source, { metadata: table, id: 'name', group: 'who' });
    assert.deepEqual([result.samples, result.groups], [12, 2]);
    const notes = result.notes.join('\n');
    assert.match(notes, /9 images have no row in meta.csv: .*\.png/);
    assert.match(notes, /1 row of meta.csv has no image here: b\/77.png/);
    assert.match(notes, /1 row of meta.csv repeats an id.*b\/0.png/);
    await rejects(
      importAs(home, source, { metadata: table, id: 'name', group: 'whom' }),
      /no column "whom"; the nearest is "who".*name, who, age/,
    );
    await rejects(importAs(home, source, { metadata: table, id: 'who' }), /No image has a row in meta.csv.*--id/);
    await rejects(importAs(home, source, { metadata: join(folder, 'none.csv') }), /none.csv does not exist/);
    await rejects(importAs(home, source, { group: 'who' }), /--group has no table/);
  }));

test('a pattern takes the group from the file name', () =>
  withFolder(async (folder, home) => {
    const names = ['a/0001_1.png', 'a/0001_2.png', 'b/0002_1.png', 'b/0003_1.png', 'b/x.png'];
    const result = await importAs(home, await lay(join(folder, 'src'), images(names)), { groupPattern: /^(\d+)_/u });
    assert.equal(result.groups, 3);
    assert.match(result.notes.join(), /1 images have no group/);
  }));

test('tables that can not be right are refused, naming line and column', () =>
  withFolder(async (folder, home) => {
    const files = images(['x/1.png', 'x/2.png', 'y/2.png']);
    const attempt = async (text: string, more: Record<string, string | number> = {}) => {
      const source = await lay(await lay(join(folder, String(Math.random())), files), { 'labels.csv': text, ...more });
      return importAs(home, source);
    };
    await rejects(
      attempt('file,label\nx/1.png,a\nx/1.png,b\n'),
      /"x\/1.png" has two rows with different labels "a" and "b": labels.csv, line 2 and labels.csv, line 3/,
    );
    await rejects(attempt('file,label\n1,a\n2,b\n'), /"2" \(labels.csv, line 3\) names two images: /);
    await rejects(attempt('file,label\n1,a,9\n'), /labels.csv, line 2 has 3 columns; the header has 2/);
    await rejects(attempt('file,label\n1,"a\n'), /labels.csv.*[Qq]uote/);
    await rejects(attempt('file,label\nq,a\nr,b\n'), /No image has a row/);
    await rejects(attempt('file,label\n'), /labels.csv has no rows below its header/);
    const result = await attempt('file,label\nx/1.png,a\nx/2.png,\ny/2.png,b\ngone,a\n');
    assert.match(JSON.stringify(result.leftOut), /no label in labels.csv","count":1,"examples":\["x\/2.png"\]/);
    assert.match(result.notes.join(), /1 row of labels.csv has no image here: gone/);
  }));

test('a table that is no text is called that, and none of its bytes reach the terminal', () =>
  withFolder(async (folder, home) => {
    const source = await lay(join(folder, 'src'), classes('', ['a', 'b'], 3));
    const metadata = join(folder, 'meta.csv');
    for (const bytes of ['\x89PNG\r\n\x1a\n\0\0', 'id,age\x1b[2J\n1,2\n']) {
      await writeFile(metadata, Buffer.from(bytes, 'latin1'));
      await assert.rejects(importAs(home, source, { metadata }), (error) => {
        assert.ok(error instanceof OslerError);
        assert.equal(error.message, 'meta.csv is no text table: it holds bytes that no text has.');
        return true;
      });
    }
  }));
