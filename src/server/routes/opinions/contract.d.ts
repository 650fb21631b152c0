/** What goes over HTTP about models that are asked by themselves. */
import { z } from 'zod';
export declare const AskableInfo: z.ZodObject<
  {
    of: z.ZodString;
    kind: z.ZodEnum<{
      bundle: 'bundle';
      version: 'version';
    }>;
    name: z.ZodString;
    version: z.ZodNullable<z.ZodInt>;
    status: z.ZodNullable<
      z.ZodEnum<{
        approved: 'approved';
        pending: 'pending';
        rejected: 'rejected';
        retired: 'retired';
      }>
    >;
    aliases: z.ZodArray<z.ZodString>;
    digest: z.ZodNullable<z.ZodString>;
    network: z.ZodString;
    labels: z.ZodArray<z.ZodString>;
    stamps: z.ZodArray<z.ZodString>;
    createdAt: z.ZodString;
  },
  z.core.$strip
>;
export type AskableInfo = z.infer<typeof AskableInfo>;
export declare const InfoQuery: z.ZodObject<
  {
    of: z.ZodString;
  },
  z.core.$strict
>;
export declare const AskQuery: z.ZodObject<
  {
    of: z.ZodString;
    heatmap: z.ZodOptional<
      z.ZodEnum<{
        '': '';
        0: '0';
        1: '1';
        false: 'false';
        map: 'map';
        true: 'true';
      }>
    >;
  },
  z.core.$strict
>;
export declare const AskedInfo: z.ZodObject<
  {
    asked: z.ZodObject<
      {
        of: z.ZodString;
        kind: z.ZodEnum<{
          bundle: 'bundle';
          version: 'version';
        }>;
        name: z.ZodString;
        version: z.ZodNullable<z.ZodInt>;
        status: z.ZodNullable<
          z.ZodEnum<{
            approved: 'approved';
            pending: 'pending';
            rejected: 'rejected';
            retired: 'retired';
          }>
        >;
        aliases: z.ZodArray<z.ZodString>;
        digest: z.ZodNullable<z.ZodString>;
        network: z.ZodString;
        labels: z.ZodArray<z.ZodString>;
        stamps: z.ZodArray<z.ZodString>;
        createdAt: z.ZodString;
      },
      z.core.$strip
    >;
    info: z.ZodObject<
      {
        name: z.ZodString;
        run: z.ZodString;
        createdAt: z.ZodString;
        labels: z.ZodArray<z.ZodString>;
        parameters: z.ZodInt;
        preprocess: z.ZodObject<
          {
            height: z.ZodInt;
            width: z.ZodInt;
            trim: z.ZodOptional<z.ZodNumber>;
            fit: z.ZodEnum<{
              crop: 'crop';
              pad: 'pad';
              stretch: 'stretch';
            }>;
            channels: z.ZodUnion<readonly [z.ZodLiteral<1>, z.ZodLiteral<3>]>;
            mean: z.ZodArray<z.ZodNumber>;
            std: z.ZodArray<z.ZodNumber>;
          },
          z.core.$strip
        >;
        temperature: z.ZodNumber;
        calibration: z.ZodEnum<{
          isotonic: 'isotonic';
          temperature: 'temperature';
          vector: 'vector';
        }>;
        operatingPoint: z.ZodNullable<
          z.ZodObject<
            {
              positive: z.ZodArray<z.ZodString>;
              threshold: z.ZodNumber;
              rule: z.ZodString;
            },
            z.core.$strip
          >
        >;
        conformal: z.ZodNullable<
          z.ZodObject<
            {
              coverage: z.ZodNumber;
              always: z.ZodArray<z.ZodString>;
            },
            z.core.$strip
          >
        >;
        outOfDistribution: z.ZodNullable<
          z.ZodObject<
            {
              falseAlarmRate: z.ZodNumber;
            },
            z.core.$strip
          >
        >;
        metrics: z.ZodRecord<
          z.ZodString,
          z.ZodObject<
            {
              value: z.ZodNumber;
              low: z.ZodNullable<z.ZodNumber>;
              high: z.ZodNullable<z.ZodNumber>;
            },
            z.core.$strip
          >
        >;
        dataset: z.ZodObject<
          {
            name: z.ZodString;
            version: z.ZodInt;
            digest: z.ZodString;
          },
          z.core.$strip
        >;
        stamps: z.ZodArray<z.ZodString>;
        leaks: z.ZodNullable<
          z.ZodObject<
            {
              groups: z.ZodInt;
              exact: z.ZodInt;
              near: z.ZodInt;
              exposed: z.ZodObject<
                {
                  val: z.ZodInt;
                  test: z.ZodInt;
                },
                z.core.$strip
              >;
              reason: z.ZodNullable<z.ZodString>;
            },
            z.core.$strip
          >
        >;
        oslerVersion: z.ZodString;
      },
      z.core.$strip
    >;
  },
  z.core.$strip
>;
export type AskedInfo = z.infer<typeof AskedInfo>;
export declare const Opinion: z.ZodObject<
  {
    requestId: z.ZodString;
    label: z.ZodString;
    probabilities: z.ZodRecord<z.ZodString, z.ZodNumber>;
    positive: z.ZodOptional<
      z.ZodObject<
        {
          labels: z.ZodArray<z.ZodString>;
          probability: z.ZodNumber;
          threshold: z.ZodNumber;
          verdict: z.ZodBoolean;
        },
        z.core.$strip
      >
    >;
    set: z.ZodOptional<
      z.ZodObject<
        {
          labels: z.ZodArray<z.ZodString>;
          coverage: z.ZodNumber;
        },
        z.core.$strip
      >
    >;
    outOfDistribution: z.ZodOptional<
      z.ZodObject<
        {
          verdict: z.ZodBoolean;
          energy: z.ZodObject<
            {
              score: z.ZodNumber;
              limit: z.ZodNullable<z.ZodNumber>;
            },
            z.core.$strip
          >;
          mahalanobis: z.ZodNullable<
            z.ZodObject<
              {
                score: z.ZodNumber;
                limit: z.ZodNullable<z.ZodNumber>;
              },
              z.core.$strip
            >
          >;
          appearance: z.ZodNullable<
            z.ZodObject<
              {
                score: z.ZodNumber;
                limit: z.ZodNullable<z.ZodNumber>;
              },
              z.core.$strip
            >
          >;
          falseAlarmRate: z.ZodNumber;
        },
        z.core.$strip
      >
    >;
    stamps: z.ZodArray<z.ZodString>;
    leaks: z.ZodOptional<
      z.ZodObject<
        {
          groups: z.ZodInt;
          exact: z.ZodInt;
          near: z.ZodInt;
          exposed: z.ZodObject<
            {
              val: z.ZodInt;
              test: z.ZodInt;
            },
            z.core.$strip
          >;
        },
        z.core.$strip
      >
    >;
    heatmap: z.ZodOptional<
      z.ZodObject<
        {
          explained: z.ZodString;
          image: z.ZodString;
        },
        z.core.$strip
      >
    >;
    abstention: z.ZodNullable<
      z.ZodObject<
        {
          reason: z.ZodEnum<{
            none: 'none';
            several: 'several';
            unlike: 'unlike';
          }>;
          words: z.ZodString;
        },
        z.core.$strip
      >
    >;
    model: z.ZodObject<
      {
        name: z.ZodString;
        version: z.ZodNullable<z.ZodInt>;
        digest: z.ZodNullable<z.ZodString>;
        network: z.ZodString;
        run: z.ZodString;
      },
      z.core.$strip
    >;
  },
  z.core.$strip
>;
export type Opinion = z.infer<typeof Opinion>;
