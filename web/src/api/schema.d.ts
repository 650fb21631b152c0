/** Made by web/openapi/api.ts from the server's OpenAPI document. Not to be changed by hand. */
export interface paths {
    "/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with a key
         * @description Sets a cookie for the page. Programs send the key itself: `Authorization: Bearer KEY`.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description An API key. */
                        key: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            permissions: ("public" | "read" | "predict" | "write" | "decide" | "manage")[];
                            /**
                             * Format: date-time
                             * @description When one has to sign in again.
                             */
                            expiresAt: string;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        /** Sign out */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/experiments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Experiments, in order of id */
        get: {
            parameters: {
                query?: {
                    /** @description At most so many. */
                    limit?: number;
                    /** @description `next` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            experiments: {
                                id: number;
                                name: string;
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                updatedAt: string;
                                deleted: boolean;
                                tags: {
                                    [key: string]: string;
                                };
                            }[];
                            /** @description The cursor of the next page; null at the end. */
                            next: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Runs that fit a filter, in an order */
        get: {
            parameters: {
                query?: {
                    /** @description At most so many. */
                    limit?: number;
                    /** @description `next` of the page before. */
                    cursor?: string;
                    /** @description Ids; all when none is named. */
                    experiment?: string | string[];
                    /** @description MLflow's grammar: metrics.loss < 0.1 and params.lr = '0.01'. */
                    filter?: string;
                    /** @description As in `metrics.loss desc`; newest first otherwise. */
                    order?: string | string[];
                    view?: "active" | "deleted" | "all";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            runs: {
                                id: string;
                                name: string;
                                /** @enum {string} */
                                status: "running" | "finished" | "failed" | "interrupted" | "scheduled";
                                experiment: number;
                                user: string;
                                /** Format: date-time */
                                startedAt: string;
                                endedAt: string | null;
                                deleted: boolean;
                                /**
                                 * @description Trained by Osler, or logged by another program.
                                 * @enum {string}
                                 */
                                origin: "osler" | "other";
                                model: string | null;
                                /** @description NAME@VERSION. */
                                dataset: string | null;
                                best: {
                                    epoch: number;
                                    metric: string;
                                    value: number | ("NaN" | "Infinity" | "-Infinity");
                                } | null;
                                stamps: string[];
                                leaks: {
                                    groups: number;
                                    exact: number;
                                    near: number;
                                    exposed: {
                                        val: number;
                                        test: number;
                                    };
                                } | null;
                                params: {
                                    [key: string]: string;
                                };
                                tags: {
                                    [key: string]: string;
                                };
                                /** @description Latest values. */
                                metrics: {
                                    [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
                                };
                            }[];
                            /** @description The cursor of the next page; null at the end. */
                            next: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One run */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description An id, the beginning of one, a name, or `latest`. */
                    run: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            name: string;
                            /** @enum {string} */
                            status: "running" | "finished" | "failed" | "interrupted" | "scheduled";
                            experiment: number;
                            user: string;
                            /** Format: date-time */
                            startedAt: string;
                            endedAt: string | null;
                            deleted: boolean;
                            /**
                             * @description Trained by Osler, or logged by another program.
                             * @enum {string}
                             */
                            origin: "osler" | "other";
                            model: string | null;
                            /** @description NAME@VERSION. */
                            dataset: string | null;
                            best: {
                                epoch: number;
                                metric: string;
                                value: number | ("NaN" | "Infinity" | "-Infinity");
                            } | null;
                            stamps: string[];
                            leaks: {
                                groups: number;
                                exact: number;
                                near: number;
                                exposed: {
                                    val: number;
                                    test: number;
                                };
                            } | null;
                            params: {
                                [key: string]: string;
                            };
                            tags: {
                                [key: string]: string;
                            };
                            /** @description Latest values. */
                            metrics: {
                                [key: string]: number | ("NaN" | "Infinity" | "-Infinity");
                            };
                            artifactUri: string;
                            /** @description Models as MLflow 3's clients log them, before anybody registers them; the oldest first. */
                            loggedModels: {
                                id: string;
                                name: string;
                                type: string | null;
                                /** @enum {string} */
                                status: "pending" | "ready" | "failed";
                                /**
                                 * @description Whether the run made the model or read it.
                                 * @enum {string}
                                 */
                                role: "made" | "read";
                            }[];
                            /** @description Of a training of Osler: recipe, seed, engine, code, preprocessing. */
                            record: {
                                id: string;
                                name: string;
                                /** @enum {string} */
                                status: "running" | "finished" | "failed" | "interrupted";
                                /** Format: date-time */
                                createdAt: string;
                                endedAt: string | null;
                                config: {
                                    [key: string]: components["schemas"]["AnyJson"];
                                };
                                dataset: {
                                    name: string;
                                    version: number;
                                    digest: string;
                                };
                                seed: number;
                                code: {
                                    version: string;
                                    commit: string | null;
                                    dirty: boolean;
                                };
                                engine: {
                                    libtorch: string;
                                    capability: string;
                                    threads: number;
                                    device: string;
                                    /**
                                     * @default bf16
                                     * @enum {string}
                                     */
                                    bf16Convolutions: "bf16" | "f32";
                                };
                                model: {
                                    name: string;
                                    classes: number;
                                    channels: number;
                                    inputSize: [
                                        number,
                                        number
                                    ];
                                };
                                labels: string[];
                                preprocess: {
                                    height: number;
                                    width: number;
                                    trim?: number;
                                    /** @enum {string} */
                                    fit: "stretch" | "crop" | "pad";
                                    channels: 1 | 3;
                                    mean: number[];
                                    std: number[];
                                };
                                positive: string[] | null;
                                best: {
                                    epoch: number;
                                    metric: string;
                                    value: number;
                                } | null;
                                seconds: number;
                                imagesPerSecond: number;
                                /** @default null */
                                failure: string | null;
                                stamps: string[];
                                /** @default null */
                                leaks: {
                                    groups: number;
                                    exact: number;
                                    near: number;
                                    exposed: {
                                        val: number;
                                        test: number;
                                    };
                                    accepted: {
                                        reason: string;
                                        by: string;
                                        at: string;
                                    } | null;
                                } | null;
                                /** @default null */
                                group: {
                                    id: string;
                                    /** @enum {string} */
                                    kind: "seeds" | "folds";
                                    index: number;
                                    of: number;
                                } | null;
                            } | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Hides a run; it can be restored until the garbage is collected */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description An id, the beginning of one, a name, or `latest`. */
                    run: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            run: string;
                            deleted: boolean;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Names a run, tags it, writes a note */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description An id, the beginning of one, a name, or `latest`. */
                    run: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        name?: string;
                        /** @description Free text; empty removes it. */
                        note?: string;
                        /** @description Set; null removes one. */
                        tags?: {
                            [key: string]: string | null;
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            run: string;
                            deleted: boolean;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/runs/{run}/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The latest value of each metric, in order of key */
        get: {
            parameters: {
                query?: {
                    /** @description At most so many. */
                    limit?: number;
                    /** @description `next` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path: {
                    /** @description An id, the beginning of one, a name, or `latest`. */
                    run: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            metrics: {
                                key: string;
                                value: number | ("NaN" | "Infinity" | "-Infinity");
                                step: number;
                                /** Format: date-time */
                                at: string;
                            }[];
                            /** @description The cursor of the next page; null at the end. */
                            next: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run}/metrics/values": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Every value of one metric, in order of step, then time */
        get: {
            parameters: {
                query: {
                    limit?: number;
                    /** @description `next` of the page before. */
                    cursor?: string;
                    key: string;
                    /** @description First step. */
                    from?: number;
                    /** @description Last step. */
                    to?: number;
                };
                header?: never;
                path: {
                    /** @description An id, the beginning of one, a name, or `latest`. */
                    run: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            values: {
                                step: number;
                                value: number | ("NaN" | "Infinity" | "-Infinity");
                                /** Format: date-time */
                                at: string;
                                epoch: number;
                            }[];
                            /** @description The cursor of the next page; null at the end. */
                            next: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run}/curves": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics of a run, sampled for drawing */
        get: {
            parameters: {
                query?: {
                    /** @description Metrics; all when none is named. */
                    key?: string | string[];
                    /** @description Stretches at most, and values up to which all are given. */
                    points?: number;
                    /** @description First step. */
                    from?: number;
                    /** @description Last step. */
                    to?: number;
                    /** @description Say when values were logged and in which epoch, too. */
                    along?: "true" | "false";
                };
                header?: never;
                path: {
                    /** @description An id, the beginning of one, a name, or `latest`. */
                    run: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            curves: {
                                run: string;
                                key: string;
                                /** @description Every value is there; else each place stands for a stretch of steps. */
                                every: boolean;
                                values: number;
                                step: number[];
                                mean: (number | ("NaN" | "Infinity" | "-Infinity"))[];
                                /** @description Lowest of the stretch; absent where every value is there. */
                                low?: (number | ("NaN" | "Infinity" | "-Infinity"))[];
                                high?: (number | ("NaN" | "Infinity" | "-Infinity"))[];
                                /** @description With `along`: milliseconds since 1970, the mean of the stretch. */
                                time?: number[];
                                /** @description With `along`: the epoch, 0 where it is not known; the mean of the stretch. */
                                epoch?: number[];
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/compare/curves": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Metrics of several runs, sampled for drawing */
        get: {
            parameters: {
                query: {
                    /** @description Metrics; all when none is named. */
                    key?: string | string[];
                    /** @description Stretches at most, and values up to which all are given. */
                    points?: number;
                    /** @description First step. */
                    from?: number;
                    /** @description Last step. */
                    to?: number;
                    /** @description Say when values were logged and in which epoch, too. */
                    along?: "true" | "false";
                    /** @description Ids, or unique beginnings of ids. */
                    run: string | string[];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            curves: {
                                run: string;
                                key: string;
                                /** @description Every value is there; else each place stands for a stretch of steps. */
                                every: boolean;
                                values: number;
                                step: number[];
                                mean: (number | ("NaN" | "Infinity" | "-Infinity"))[];
                                /** @description Lowest of the stretch; absent where every value is there. */
                                low?: (number | ("NaN" | "Infinity" | "-Infinity"))[];
                                high?: (number | ("NaN" | "Infinity" | "-Infinity"))[];
                                /** @description With `along`: milliseconds since 1970, the mean of the stretch. */
                                time?: number[];
                                /** @description With `along`: the epoch, 0 where it is not known; the mean of the stretch. */
                                epoch?: number[];
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/compare/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Parameters and recipe settings side by side, in order of key */
        get: {
            parameters: {
                query: {
                    /** @description At most so many. */
                    limit?: number;
                    /** @description `next` of the page before. */
                    cursor?: string;
                    /** @description Ids, or unique beginnings of ids. */
                    run: string | string[];
                    /** @description What is the same in all runs, too. */
                    all?: "true" | "false";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            settings: {
                                key: string;
                                values: (string | null)[];
                                same: boolean;
                            }[];
                            /** @description The cursor of the next page; null at the end. */
                            next: string | null;
                            runs: string[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/compare/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Latest values side by side, in order of key */
        get: {
            parameters: {
                query: {
                    /** @description At most so many. */
                    limit?: number;
                    /** @description `next` of the page before. */
                    cursor?: string;
                    /** @description Ids, or unique beginnings of ids. */
                    run: string | string[];
                    /** @description What is the same in all runs, too. */
                    all?: "true" | "false";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            metrics: {
                                key: string;
                                values: ((number | ("NaN" | "Infinity" | "-Infinity")) | null)[];
                                same: boolean;
                            }[];
                            /** @description The cursor of the next page; null at the end. */
                            next: string | null;
                            runs: string[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run}/artifacts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Files of a run, in order of path */
        get: {
            parameters: {
                query?: {
                    /** @description At most so many. */
                    limit?: number;
                    /** @description `next` of the page before. */
                    cursor?: string;
                    /** @description Only below this folder. */
                    under?: string;
                };
                header?: never;
                path: {
                    /** @description An id, the beginning of one, a name, or `latest`. */
                    run: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            artifacts: {
                                path: string;
                                kind: string;
                                bytes: number;
                                sha256: string;
                                /** Format: date-time */
                                addedAt: string;
                            }[];
                            /** @description The cursor of the next page; null at the end. */
                            next: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run}/artifacts/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The bytes of a file
         * @description Checked against their sha256, which is the ETag, while they are sent: of an altered file the last bytes never come. Always an attachment.
         */
        get: {
            parameters: {
                query: {
                    path: string;
                };
                header?: never;
                path: {
                    /** @description An id, the beginning of one, a name, or `latest`. */
                    run: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As it is. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": string;
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Registered models, in order of name */
        get: {
            parameters: {
                query?: {
                    /** @description At most so many. */
                    limit?: number;
                    /** @description `next` of the page before. */
                    cursor?: string;
                    /** @description MLflow's grammar: name LIKE 'skin%' and tags.team = 'derm'. */
                    filter?: string;
                    order?: string | string[];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            models: {
                                name: string;
                                description: string | null;
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                updatedAt: string;
                                tags: {
                                    [key: string]: string;
                                };
                                /** @description Version by alias. */
                                aliases: {
                                    [key: string]: number;
                                };
                            }[];
                            /** @description The cursor of the next page; null at the end. */
                            next: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One registered model */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            description: string | null;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                            tags: {
                                [key: string]: string;
                            };
                            /** @description Version by alias. */
                            aliases: {
                                [key: string]: number;
                            };
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Describe a model, or change its tags */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        description?: string;
                        /** @description Null takes one away; others stay. */
                        tags?: {
                            [key: string]: string | null;
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            description: string | null;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                            tags: {
                                [key: string]: string;
                            };
                            /** @description Version by alias. */
                            aliases: {
                                [key: string]: number;
                            };
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/models/{name}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Its versions, newest first */
        get: {
            parameters: {
                query?: {
                    /** @description At most so many. */
                    limit?: number;
                    /** @description `next` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            versions: {
                                model: string;
                                version: number;
                                /** @enum {string} */
                                status: "pending" | "approved" | "rejected" | "retired";
                                stage: string;
                                description: string | null;
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                updatedAt: string;
                                tags: {
                                    [key: string]: string;
                                };
                                aliases: string[];
                                record: {
                                    /** @enum {string} */
                                    format: "osler-version/1";
                                    /** @enum {string} */
                                    kind: "bundle" | "external";
                                    registeredBy: string;
                                    source: string;
                                    location: string | null;
                                    runId: string | null;
                                    runLink: string | null;
                                    modelId: string | null;
                                    bundle: {
                                        digest: string;
                                        answers: string;
                                        signer: string;
                                        run: string;
                                        createdAt: string;
                                        network: string;
                                        labels: string[];
                                        positive?: string[] | null;
                                        metrics: {
                                            [key: string]: {
                                                value: number;
                                                low: number | null;
                                                high: number | null;
                                            };
                                        };
                                        stamps: string[];
                                        leaks: {
                                            groups: number;
                                            exact: number;
                                            near: number;
                                            exposed: {
                                                val: number;
                                                test: number;
                                            };
                                            accepted: {
                                                reason: string;
                                                by: string;
                                                at: string;
                                            } | null;
                                        } | null;
                                    } | null;
                                    lineage: {
                                        trainer: string | null;
                                        dataset: {
                                            name: string;
                                            version: number;
                                            digest: string;
                                        } | null;
                                        code: string | null;
                                        oslerVersion: string | null;
                                        engine: string | null;
                                        seed: number | null;
                                        config: string | null;
                                        pretrained: string | null;
                                        parent: {
                                            model: string;
                                            version: number;
                                        } | null;
                                    };
                                };
                            }[];
                            /** @description The cursor of the next page; null at the end. */
                            next: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Begin to register a run: export, parity check, signature, registration
         * @description In a process of its own. GET /v1/trainings/ID says how far it is; POST .../stop ends it.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Of a training of Osler: its id, or the beginning of it. */
                        run: string;
                        description?: string;
                        /** @description For the audit trail. */
                        reason?: string;
                        /** @description The registered version that it was made from: `skin@3`. */
                        parent?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            kind: "train" | "resume" | "sweep" | "demo" | "register" | "evaluate" | "suspects";
                            name: string;
                            /** @enum {string} */
                            state: "starting" | "running" | "finished" | "stopped" | "failed";
                            who: string;
                            /** Format: date-time */
                            begunAt: string;
                            endedAt: string | null;
                            run: string | null;
                            progress: {
                                task: string;
                                done: number;
                                total?: number;
                                note?: string;
                            } | null;
                            error: {
                                code: string;
                                message: string;
                                hint?: string;
                            } | null;
                            recipe: string | null;
                            sweep: string | null;
                            /** @description Of several trainings of one recipe. */
                            group: string | null;
                            /** @description Of an evaluation: what is measured on. */
                            split: string | null;
                            /** @description Of a search for label suspects: NAME@VERSION. */
                            dataset: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One version, with who decided what on which evidence */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            model: string;
                            version: number;
                            /** @enum {string} */
                            status: "pending" | "approved" | "rejected" | "retired";
                            stage: string;
                            description: string | null;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                            tags: {
                                [key: string]: string;
                            };
                            aliases: string[];
                            record: {
                                /** @enum {string} */
                                format: "osler-version/1";
                                /** @enum {string} */
                                kind: "bundle" | "external";
                                registeredBy: string;
                                source: string;
                                location: string | null;
                                runId: string | null;
                                runLink: string | null;
                                modelId: string | null;
                                bundle: {
                                    digest: string;
                                    answers: string;
                                    signer: string;
                                    run: string;
                                    createdAt: string;
                                    network: string;
                                    labels: string[];
                                    positive?: string[] | null;
                                    metrics: {
                                        [key: string]: {
                                            value: number;
                                            low: number | null;
                                            high: number | null;
                                        };
                                    };
                                    stamps: string[];
                                    leaks: {
                                        groups: number;
                                        exact: number;
                                        near: number;
                                        exposed: {
                                            val: number;
                                            test: number;
                                        };
                                        accepted: {
                                            reason: string;
                                            by: string;
                                            at: string;
                                        } | null;
                                    } | null;
                                } | null;
                                lineage: {
                                    trainer: string | null;
                                    dataset: {
                                        name: string;
                                        version: number;
                                        digest: string;
                                    } | null;
                                    code: string | null;
                                    oslerVersion: string | null;
                                    engine: string | null;
                                    seed: number | null;
                                    config: string | null;
                                    pretrained: string | null;
                                    parent: {
                                        model: string;
                                        version: number;
                                    } | null;
                                };
                            };
                            decisions: {
                                id: string;
                                /** Format: date-time */
                                at: string;
                                who: string;
                                decision: string;
                                reason: string;
                                override: string | null;
                                policy: components["schemas"]["AnyJson"] | null;
                                evidence: components["schemas"]["AnyJson"] | null;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Describe a version, or change its tags */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        description?: string;
                        /** @description Null takes one away; others stay. */
                        tags?: {
                            [key: string]: string | null;
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            model: string;
                            version: number;
                            /** @enum {string} */
                            status: "pending" | "approved" | "rejected" | "retired";
                            stage: string;
                            description: string | null;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                            tags: {
                                [key: string]: string;
                            };
                            aliases: string[];
                            record: {
                                /** @enum {string} */
                                format: "osler-version/1";
                                /** @enum {string} */
                                kind: "bundle" | "external";
                                registeredBy: string;
                                source: string;
                                location: string | null;
                                runId: string | null;
                                runLink: string | null;
                                modelId: string | null;
                                bundle: {
                                    digest: string;
                                    answers: string;
                                    signer: string;
                                    run: string;
                                    createdAt: string;
                                    network: string;
                                    labels: string[];
                                    positive?: string[] | null;
                                    metrics: {
                                        [key: string]: {
                                            value: number;
                                            low: number | null;
                                            high: number | null;
                                        };
                                    };
                                    stamps: string[];
                                    leaks: {
                                        groups: number;
                                        exact: number;
                                        near: number;
                                        exposed: {
                                            val: number;
                                            test: number;
                                        };
                                        accepted: {
                                            reason: string;
                                            by: string;
                                            at: string;
                                        } | null;
                                    } | null;
                                } | null;
                                lineage: {
                                    trainer: string | null;
                                    dataset: {
                                        name: string;
                                        version: number;
                                        digest: string;
                                    } | null;
                                    code: string | null;
                                    oslerVersion: string | null;
                                    engine: string | null;
                                    seed: number | null;
                                    config: string | null;
                                    pretrained: string | null;
                                    parent: {
                                        model: string;
                                        version: number;
                                    } | null;
                                };
                            };
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/search/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A stretch of a table of runs: any, however far down, with the wanted cells alone */
        get: {
            parameters: {
                query?: {
                    /** @description Ids; all when none is named. */
                    experiment?: string | string[];
                    /** @description MLflow's grammar: metrics.loss < 0.1 and params.lr = '0.01'. */
                    filter?: string;
                    /** @description As in `metrics.loss desc`; newest first otherwise. */
                    order?: string | string[];
                    view?: "active" | "deleted" | "all";
                    /** @description metrics.NAME, params.NAME, tags.NAME: what `cells` holds. */
                    column?: string | string[];
                    /** @description Lines before the first. */
                    offset?: number;
                    limit?: number;
                    /** @description Say how many fit in all. */
                    count?: "true" | "false";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            runs: {
                                id: string;
                                name: string;
                                /** @enum {string} */
                                status: "running" | "finished" | "failed" | "interrupted" | "scheduled";
                                experiment: number;
                                user: string;
                                /** Format: date-time */
                                startedAt: string;
                                endedAt: string | null;
                                deleted: boolean;
                                /** @enum {string} */
                                origin: "osler" | "other";
                                model: string | null;
                                dataset: string | null;
                                best: {
                                    epoch: number;
                                    metric: string;
                                    value: number | ("NaN" | "Infinity" | "-Infinity");
                                } | null;
                                /** @description Of training; null for what another program logged and did not end. */
                                seconds: number | null;
                                stamps: string[];
                                leaks: {
                                    groups: number;
                                    exact: number;
                                    near: number;
                                    exposed: {
                                        val: number;
                                        test: number;
                                    };
                                } | null;
                                group: {
                                    id: string;
                                    /** @enum {string} */
                                    kind: "seeds" | "folds";
                                    index: number;
                                    of: number;
                                } | null;
                                /** @description By column; of those it has. */
                                cells: {
                                    [key: string]: (number | ("NaN" | "Infinity" | "-Infinity")) | string;
                                };
                            }[];
                            total: number | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/search/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What runs can be searched and shown by */
        get: {
            parameters: {
                query?: {
                    experiment?: string | string[];
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            metrics: string[];
                            /** @description Of the newest thousand runs, as tags are. */
                            params: string[];
                            tags: string[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Brings a deleted run back */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description An id, the beginning of one, a name, or `latest`. */
                    run: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            run: string;
                            deleted: boolean;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks whoever trains a run, on whatever machine, to stop at the next step, with a checkpoint */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description An id, the beginning of one, a name, or `latest`. */
                    run: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            stopping: true;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Goes on with a run that was interrupted, from its last checkpoint */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description An id, the beginning of one, a name, or `latest`. */
                    run: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            kind: "train" | "resume" | "sweep" | "demo" | "register" | "evaluate" | "suspects";
                            name: string;
                            /** @enum {string} */
                            state: "starting" | "running" | "finished" | "stopped" | "failed";
                            who: string;
                            /** Format: date-time */
                            begunAt: string;
                            endedAt: string | null;
                            run: string | null;
                            progress: {
                                task: string;
                                done: number;
                                total?: number;
                                note?: string;
                            } | null;
                            error: {
                                code: string;
                                message: string;
                                hint?: string;
                            } | null;
                            recipe: string | null;
                            sweep: string | null;
                            /** @description Of several trainings of one recipe. */
                            group: string | null;
                            /** @description Of an evaluation: what is measured on. */
                            split: string | null;
                            /** @description Of a search for label suspects: NAME@VERSION. */
                            dataset: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run}/evaluations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a run was measured to be, split by split, with intervals */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description An id, the beginning of one, a name, or `latest`. */
                    run: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            run: string;
                            evaluations: {
                                /** @description Below evaluation/ among the run's files: the split of its data set, or data-NAME of a folder of images, whose `split` may have any name. */
                                folder: string;
                                /** @description Of its file: measured again, it is another. */
                                sha256: string;
                                split: string;
                                samples: number;
                                /** @description Patients or lesions: the units that are resampled. */
                                groups: number;
                                classes: string[];
                                /** @description In the order of the report; what only repeats another with these classes is left out. */
                                metrics: {
                                    value: number | null;
                                    low: number | null;
                                    high: number | null;
                                    /** @description Why there is no value or no interval. */
                                    reason: string | null;
                                    name: string;
                                    /** @description What people call it, as the report does. */
                                    label: string;
                                    /** @description Under which heading the report has it. */
                                    group: string;
                                    /** @description For who looks closer. */
                                    detail: boolean;
                                }[];
                                perClass: {
                                    [key: string]: {
                                        [key: string]: {
                                            value: number | null;
                                            low: number | null;
                                            high: number | null;
                                            /** @description Why there is no value or no interval. */
                                            reason: string | null;
                                        };
                                    };
                                };
                                /** @description Row: truth; column: class decided for. */
                                confusion: number[][];
                                operatingPoint: {
                                    positive: string[];
                                    threshold: number;
                                    rule: string;
                                } | null;
                                /** @description The rule for several classes, in words; null: the most probable one, of two the verdict. */
                                decided: string | null;
                                curves: {
                                    roc: {
                                        name: string;
                                        x: number[];
                                        y: number[];
                                    }[];
                                    precisionRecall: {
                                        name: string;
                                        x: number[];
                                        y: number[];
                                    }[];
                                };
                                notes: string[];
                                /** @description Path of the report among the files of the run. */
                                report: string | null;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/runs/{run}/evaluate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Measures a run on a split of its dataset, in a process of its own
         * @description As osler evaluate does. GET /v1/trainings/ID says how far it is; POST .../stop ends it.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description An id, the beginning of one, a name, or `latest`. */
                    run: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @default test
                         * @enum {string}
                         */
                        split?: "val" | "test";
                        /** @description How the threshold is chosen on validation: `youden` (preset), `sensitivity=0.95`, `threshold=0.5`... */
                        rule?: string;
                        /** @description Classes that count as positive, their probabilities summed; empty: none, and of two classes the second. Preset: the recipe's. */
                        positive?: string[];
                        /**
                         * @description Which of more than two classes is decided for: the most probable one, or balanced by the classes' shares. Preset: the recipe's.
                         * @enum {string}
                         */
                        decision?: "likeliest" | "balanced";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            kind: "train" | "resume" | "sweep" | "demo" | "register" | "evaluate" | "suspects";
                            name: string;
                            /** @enum {string} */
                            state: "starting" | "running" | "finished" | "stopped" | "failed";
                            who: string;
                            /** Format: date-time */
                            begunAt: string;
                            endedAt: string | null;
                            run: string | null;
                            progress: {
                                task: string;
                                done: number;
                                total?: number;
                                note?: string;
                            } | null;
                            error: {
                                code: string;
                                message: string;
                                hint?: string;
                            } | null;
                            recipe: string | null;
                            sweep: string | null;
                            /** @description Of several trainings of one recipe. */
                            group: string | null;
                            /** @description Of an evaluation: what is measured on. */
                            split: string | null;
                            /** @description Of a search for label suspects: NAME@VERSION. */
                            dataset: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/compare/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Images that evaluated runs got wrong, side by side
         * @description Runs that were evaluated on the same version of a data set (osler evaluate RUN). Asked by POST, though it changes nothing: names of files belong in no address.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        runs: string[];
                        /** @default test */
                        split?: string;
                        /**
                         * @description wrong: some run is; differ: some are, some are not; all-wrong: every run is.
                         * @default differ
                         * @enum {string}
                         */
                        show?: "wrong" | "differ" | "all-wrong" | "all";
                        /** @description Only images of this class. */
                        label?: string;
                        /** @default 0 */
                        offset?: number;
                        /** @default 48 */
                        limit?: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            split: string;
                            dataset: {
                                name: string;
                                version: number;
                            };
                            classes: string[];
                            runs: {
                                run: string;
                                name: string;
                                /** @description False: it was not evaluated on this split. */
                                measured: boolean;
                                samples: number;
                                wrong: number;
                            }[];
                            total: number;
                            samples: {
                                id: string;
                                /** @description Of the data set version: /v1/datasets/NAME/versions/N/images/NUMBER. */
                                number: number | null;
                                label: string;
                                /** @description In the order of the runs; null where one did not see it. */
                                answers: ({
                                    predicted: string;
                                    probability: number;
                                    right: boolean;
                                } | null)[];
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/compare/tests": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Whether evaluated runs differ by more than chance
         * @description As osler compare says it, of the answers that osler evaluate kept: AUROC by DeLong's test, right answers by McNemar's exact one, the rest by a paired bootstrap, corrected for the number of pairs (Holm). Of more than four runs the first is tested against each other.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        runs: string[];
                        /**
                         * @default test
                         * @enum {string}
                         */
                        split?: "train" | "val" | "test";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            on: string;
                            split: string;
                            samples: number;
                            groups: number;
                            positive: string[] | null;
                            /** @description The one that decides. */
                            metric: {
                                name: string;
                                label: string;
                            };
                            verdict: string;
                            runs: {
                                run: string;
                                letter: string;
                                name: string;
                            }[];
                            /** @description Runs that were not evaluated on this split. */
                            notMeasured: string[];
                            /** @description Images that not all runs answered. */
                            leftOut: number;
                            pairs: {
                                /** @description Letters. */
                                first: string;
                                second: string;
                                /** @enum {string} */
                                kind: "better" | "worse" | "equivalent" | "notWorse" | "worseByMore" | "undecided" | "identical" | "notEstimable";
                                words: string;
                                /** @description What so many samples can show. */
                                power: string | null;
                                right: {
                                    both: number;
                                    first: number;
                                    second: number;
                                    neither: number;
                                };
                                figures: {
                                    name: string;
                                    label: string;
                                    first: number | null;
                                    second: number | null;
                                    /** @description The second's less the first's. */
                                    difference: number | null;
                                    low: number | null;
                                    high: number | null;
                                    /** @description Two-sided. */
                                    p: number | null;
                                    /** @description Corrected for the pairs that were tested (Holm); of classes, for classes and pairs. */
                                    adjusted: number | null;
                                    method: string | null;
                                    reason: string | null;
                                }[];
                                /** @description AUROC of each class against the rest. */
                                classes: {
                                    name: string;
                                    label: string;
                                    first: number | null;
                                    second: number | null;
                                    /** @description The second's less the first's. */
                                    difference: number | null;
                                    low: number | null;
                                    high: number | null;
                                    /** @description Two-sided. */
                                    p: number | null;
                                    /** @description Corrected for the pairs that were tested (Holm); of classes, for classes and pairs. */
                                    adjusted: number | null;
                                    method: string | null;
                                    reason: string | null;
                                }[];
                            }[];
                            notes: string[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/recipes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Recipes and sweeps that can be begun */
        get: {
            parameters: {
                query?: {
                    /** @description Says which recipes fit it, and which makes sense. */
                    dataset?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            recipes: {
                                name: string;
                                about: string;
                                /** @description Why it can not be trained on the dataset as it is. */
                                unfit: string | null;
                            }[];
                            /** @description Null without a dataset, or where none fits. */
                            suggested: {
                                recipe: string;
                                why: string;
                            } | null;
                            sweeps: {
                                name: string;
                                about: string;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trainings/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A recipe with settings laid on it, resolved: every key, its value and where it comes from */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        recipe: string;
                        /**
                         * @description key=value, as on the command line.
                         * @default []
                         */
                        settings?: string[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            settings: {
                                key: string;
                                value: components["schemas"]["AnyJson"];
                                /** @description File and line, `command line` for a setting that was given, or `default`. */
                                origin: string;
                            }[];
                            /** @description Where the weights come from before the first step, in words. */
                            weights: string;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trainings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Trainings that were begun from the page, newest first */
        get: {
            parameters: {
                query?: {
                    /** @description Only those that have not ended. */
                    open?: "true" | "false";
                    /** @description Of a run, by its whole id. */
                    run?: string;
                    limit?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            trainings: {
                                id: string;
                                /** @enum {string} */
                                kind: "train" | "resume" | "sweep" | "demo" | "register" | "evaluate" | "suspects";
                                name: string;
                                /** @enum {string} */
                                state: "starting" | "running" | "finished" | "stopped" | "failed";
                                who: string;
                                /** Format: date-time */
                                begunAt: string;
                                endedAt: string | null;
                                run: string | null;
                                progress: {
                                    task: string;
                                    done: number;
                                    total?: number;
                                    note?: string;
                                } | null;
                                error: {
                                    code: string;
                                    message: string;
                                    hint?: string;
                                } | null;
                                recipe: string | null;
                                sweep: string | null;
                                /** @description Of several trainings of one recipe. */
                                group: string | null;
                                /** @description Of an evaluation: what is measured on. */
                                split: string | null;
                                /** @description Of a search for label suspects: NAME@VERSION. */
                                dataset: string | null;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        /** Begins a training, in a process of its own that outlives this server */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        recipe: string;
                        /**
                         * @description key=value, as on the command line.
                         * @default []
                         */
                        settings?: string[];
                        /** @description Train it several times: seed after seed, or fold after fold of train and val. */
                        repeat?: {
                            /** @enum {string} */
                            kind: "seeds" | "folds";
                            of: number;
                        };
                        /** @description Train on a version whose split leaks, for this reason; the run is stamped. */
                        acceptLeaks?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            kind: "train" | "resume" | "sweep" | "demo" | "register" | "evaluate" | "suspects";
                            name: string;
                            /** @enum {string} */
                            state: "starting" | "running" | "finished" | "stopped" | "failed";
                            who: string;
                            /** Format: date-time */
                            begunAt: string;
                            endedAt: string | null;
                            run: string | null;
                            progress: {
                                task: string;
                                done: number;
                                total?: number;
                                note?: string;
                            } | null;
                            error: {
                                code: string;
                                message: string;
                                hint?: string;
                            } | null;
                            recipe: string | null;
                            sweep: string | null;
                            /** @description Of several trainings of one recipe. */
                            group: string | null;
                            /** @description Of an evaluation: what is measured on. */
                            split: string | null;
                            /** @description Of a search for label suspects: NAME@VERSION. */
                            dataset: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trainings/{training}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One of them, with the last lines that it said */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    training: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            kind: "train" | "resume" | "sweep" | "demo" | "register" | "evaluate" | "suspects";
                            name: string;
                            /** @enum {string} */
                            state: "starting" | "running" | "finished" | "stopped" | "failed";
                            who: string;
                            /** Format: date-time */
                            begunAt: string;
                            endedAt: string | null;
                            run: string | null;
                            progress: {
                                task: string;
                                done: number;
                                total?: number;
                                note?: string;
                            } | null;
                            error: {
                                code: string;
                                message: string;
                                hint?: string;
                            } | null;
                            recipe: string | null;
                            sweep: string | null;
                            /** @description Of several trainings of one recipe. */
                            group: string | null;
                            /** @description Of an evaluation: what is measured on. */
                            split: string | null;
                            /** @description Of a search for label suspects: NAME@VERSION. */
                            dataset: string | null;
                            /** @description The last lines that it said. */
                            log: string[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trainings/{training}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Asks it to stop at its next step, with a checkpoint */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    training: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            stopping: true;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/groups/{group}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Several trainings of one recipe: its runs, their mean and their spread */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description An id, or the beginning of one. */
                    group: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            name: string;
                            /** @enum {string} */
                            kind: "seeds" | "folds";
                            /** Format: date-time */
                            createdAt: string;
                            dataset: string;
                            /** @description Null where none of its runs is there. */
                            classes: number | null;
                            /**
                             * @description Which of several classes is decided for, as the recipe has it.
                             * @enum {string}
                             */
                            decision: "likeliest" | "balanced";
                            members: {
                                /** @description `seed 3`, `fold 0`. */
                                name: string;
                                run: string | null;
                                done: boolean;
                            }[];
                            /** @description The one to go on with, by validation alone; null until all are done, and for folds. */
                            chosen: {
                                run: string;
                                metric: string;
                                value: number;
                            } | null;
                            /** @description Mean, spread and interval of the mean over the runs. */
                            measured: {
                                split: string;
                                samples: number;
                                metrics: {
                                    name: string;
                                    label: string;
                                    mean: number | null;
                                    /** @description Over the trainings. */
                                    sd: number | null;
                                    /** @description 95% interval of the mean. */
                                    low: number | null;
                                    high: number | null;
                                    reason: string | null;
                                }[];
                                notes: string[];
                            }[];
                            /** @description The process that trains it, while it is at it. */
                            work: {
                                id: string;
                                /** @enum {string} */
                                kind: "train" | "resume" | "sweep" | "demo" | "register" | "evaluate" | "suspects";
                                name: string;
                                /** @enum {string} */
                                state: "starting" | "running" | "finished" | "stopped" | "failed";
                                who: string;
                                /** Format: date-time */
                                begunAt: string;
                                endedAt: string | null;
                                run: string | null;
                                progress: {
                                    task: string;
                                    done: number;
                                    total?: number;
                                    note?: string;
                                } | null;
                                error: {
                                    code: string;
                                    message: string;
                                    hint?: string;
                                } | null;
                                recipe: string | null;
                                sweep: string | null;
                                /** @description Of several trainings of one recipe. */
                                group: string | null;
                                /** @description Of an evaluation: what is measured on. */
                                split: string | null;
                                /** @description Of a search for label suspects: NAME@VERSION. */
                                dataset: string | null;
                            } | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/groups/{group}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Trains what a group still lacks, and measures it on validation */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description An id, or the beginning of one. */
                    group: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            kind: "train" | "resume" | "sweep" | "demo" | "register" | "evaluate" | "suspects";
                            name: string;
                            /** @enum {string} */
                            state: "starting" | "running" | "finished" | "stopped" | "failed";
                            who: string;
                            /** Format: date-time */
                            begunAt: string;
                            endedAt: string | null;
                            run: string | null;
                            progress: {
                                task: string;
                                done: number;
                                total?: number;
                                note?: string;
                            } | null;
                            error: {
                                code: string;
                                message: string;
                                hint?: string;
                            } | null;
                            recipe: string | null;
                            sweep: string | null;
                            /** @description Of several trainings of one recipe. */
                            group: string | null;
                            /** @description Of an evaluation: what is measured on. */
                            split: string | null;
                            /** @description Of a search for label suspects: NAME@VERSION. */
                            dataset: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/groups/{group}/evaluate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Measures every run of a group on a split, in a process of its own: mean, spread, interval of the mean */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description An id, or the beginning of one. */
                    group: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @default test
                         * @enum {string}
                         */
                        split?: "val" | "test";
                        /** @description How the threshold is chosen on validation: `youden` (preset), `sensitivity=0.95`, `threshold=0.5`... */
                        rule?: string;
                        /** @description Classes that count as positive, their probabilities summed; empty: none, and of two classes the second. Preset: the recipe's. */
                        positive?: string[];
                        /**
                         * @description Which of more than two classes is decided for: the most probable one, or balanced by the classes' shares. Preset: the recipe's.
                         * @enum {string}
                         */
                        decision?: "likeliest" | "balanced";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            kind: "train" | "resume" | "sweep" | "demo" | "register" | "evaluate" | "suspects";
                            name: string;
                            /** @enum {string} */
                            state: "starting" | "running" | "finished" | "stopped" | "failed";
                            who: string;
                            /** Format: date-time */
                            begunAt: string;
                            endedAt: string | null;
                            run: string | null;
                            progress: {
                                task: string;
                                done: number;
                                total?: number;
                                note?: string;
                            } | null;
                            error: {
                                code: string;
                                message: string;
                                hint?: string;
                            } | null;
                            recipe: string | null;
                            sweep: string | null;
                            /** @description Of several trainings of one recipe. */
                            group: string | null;
                            /** @description Of an evaluation: what is measured on. */
                            split: string | null;
                            /** @description Of a search for label suspects: NAME@VERSION. */
                            dataset: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sweeps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sweeps, newest first */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            sweeps: {
                                id: string;
                                name: string;
                                /** @enum {string} */
                                state: "open" | "stopped";
                                /** Format: date-time */
                                createdAt: string;
                                /** @description Trials that were asked for. */
                                asked: number;
                                method: string;
                                pruning: string;
                                model: string;
                                dataset: string;
                                metric: string;
                                /** @enum {string} */
                                direction: "min" | "max";
                                counts: {
                                    [key: string]: number;
                                };
                                best: {
                                    trial: number;
                                    value: number;
                                    params: components["schemas"]["AnyJson"];
                                    run: string | null;
                                } | null;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        /** Begins a sweep, and works on it in a process that outlives this server */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description One of the sweeps of GET /v1/recipes. */
                        sweep: string;
                        /**
                         * @description key=value, as on the command line.
                         * @default []
                         */
                        settings?: string[];
                        name?: string;
                        trials?: number;
                        /**
                         * @description Trainings at a time.
                         * @default 1
                         */
                        workers?: number;
                        acceptLeaks?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            sweep: string;
                            training: {
                                id: string;
                                /** @enum {string} */
                                kind: "train" | "resume" | "sweep" | "demo" | "register" | "evaluate" | "suspects";
                                name: string;
                                /** @enum {string} */
                                state: "starting" | "running" | "finished" | "stopped" | "failed";
                                who: string;
                                /** Format: date-time */
                                begunAt: string;
                                endedAt: string | null;
                                run: string | null;
                                progress: {
                                    task: string;
                                    done: number;
                                    total?: number;
                                    note?: string;
                                } | null;
                                error: {
                                    code: string;
                                    message: string;
                                    hint?: string;
                                } | null;
                                recipe: string | null;
                                sweep: string | null;
                                /** @description Of several trainings of one recipe. */
                                group: string | null;
                                /** @description Of an evaluation: what is measured on. */
                                split: string | null;
                                /** @description Of a search for label suspects: NAME@VERSION. */
                                dataset: string | null;
                            };
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sweeps/{sweep}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One sweep: its trials, its space, what mattered */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description An id, the beginning of one, a name, or `latest`. */
                    sweep: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            name: string;
                            /** @enum {string} */
                            state: "open" | "stopped";
                            /** Format: date-time */
                            createdAt: string;
                            /** @description Trials that were asked for. */
                            asked: number;
                            method: string;
                            pruning: string;
                            model: string;
                            dataset: string;
                            metric: string;
                            /** @enum {string} */
                            direction: "min" | "max";
                            counts: {
                                [key: string]: number;
                            };
                            best: {
                                trial: number;
                                value: number;
                                params: components["schemas"]["AnyJson"];
                                run: string | null;
                            } | null;
                            space: {
                                name: string;
                                /** @enum {string} */
                                kind: "choice" | "range";
                                log: boolean;
                                /** @description Of a choice; empty for a range. */
                                values: string[];
                            }[];
                            trials: {
                                number: number;
                                /** @enum {string} */
                                state: "waiting" | "running" | "finished" | "pruned" | "diverged" | "failed";
                                params: {
                                    [key: string]: components["schemas"]["AnyJson"];
                                } | null;
                                value: number | null;
                                epochs: (number | null)[];
                                failures: number;
                                error: string | null;
                                run: string | null;
                                /** Format: date-time */
                                startedAt: string;
                                endedAt: string | null;
                            }[];
                            /** @description Functional ANOVA; null with fewer than ten finished trials. */
                            importance: {
                                single: {
                                    names: string[];
                                    share: number;
                                    sd: number;
                                }[];
                                pairs: {
                                    names: string[];
                                    share: number;
                                    sd: number;
                                }[];
                            } | null;
                            /** @description The process that the page began for it, while it is at it. */
                            work: {
                                id: string;
                                /** @enum {string} */
                                kind: "train" | "resume" | "sweep" | "demo" | "register" | "evaluate" | "suspects";
                                name: string;
                                /** @enum {string} */
                                state: "starting" | "running" | "finished" | "stopped" | "failed";
                                who: string;
                                /** Format: date-time */
                                begunAt: string;
                                endedAt: string | null;
                                run: string | null;
                                progress: {
                                    task: string;
                                    done: number;
                                    total?: number;
                                    note?: string;
                                } | null;
                                error: {
                                    code: string;
                                    message: string;
                                    hint?: string;
                                } | null;
                                recipe: string | null;
                                sweep: string | null;
                                /** @description Of several trainings of one recipe. */
                                group: string | null;
                                /** @description Of an evaluation: what is measured on. */
                                split: string | null;
                                /** @description Of a search for label suspects: NAME@VERSION. */
                                dataset: string | null;
                            } | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sweeps/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A sweep as it would be begun: what is searched, how many trials, about how long */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description One of the sweeps of GET /v1/recipes. */
                        sweep: string;
                        /**
                         * @description key=value, as on the command line.
                         * @default []
                         */
                        settings?: string[];
                        name?: string;
                        trials?: number;
                        /**
                         * @description Trainings at a time.
                         * @default 1
                         */
                        workers?: number;
                        acceptLeaks?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            method: string;
                            pruning: string;
                            metric: string;
                            /** @enum {string} */
                            direction: "min" | "max";
                            trials: number;
                            /** @description Of a grid: all its combinations. */
                            most: number | null;
                            retries: number;
                            space: {
                                name: string;
                                /** @enum {string} */
                                kind: "choice" | "range";
                                log: boolean;
                                /** @description Of a choice; empty for a range. */
                                values: string[];
                                low: number | null;
                                high: number | null;
                                int: boolean;
                                /** @description Only where these are so. */
                                when: {
                                    name: string;
                                    values: string[];
                                }[];
                            }[];
                            dataset: string;
                            /** @description Its split leaks: it has to be taken on with a reason. */
                            leaky: boolean;
                            /** @description The recipe under the settings that are searched. */
                            settings: {
                                key: string;
                                value: components["schemas"]["AnyJson"];
                                /** @description File and line, `command line` for a setting that was given, or `default`. */
                                origin: string;
                            }[];
                            weights: string;
                            /** @description Seconds, were every trial trained to its end; null where nothing like it was trained here. */
                            estimate: {
                                trial: number;
                                all: number;
                                /** @description Runs like it that say so. */
                                runs: number;
                            } | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sweeps/{sweep}/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begins no further trial */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description An id, the beginning of one, a name, or `latest`. */
                    sweep: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description Also stop what the page began for it at its next step; it can go on.
                         * @default false
                         */
                        now?: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            name: string;
                            /** @enum {string} */
                            state: "open" | "stopped";
                            /** Format: date-time */
                            createdAt: string;
                            /** @description Trials that were asked for. */
                            asked: number;
                            method: string;
                            pruning: string;
                            model: string;
                            dataset: string;
                            metric: string;
                            /** @enum {string} */
                            direction: "min" | "max";
                            counts: {
                                [key: string]: number;
                            };
                            best: {
                                trial: number;
                                value: number;
                                params: components["schemas"]["AnyJson"];
                                run: string | null;
                            } | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/sweeps/{sweep}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Opens a sweep again and works on it */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description An id, the beginning of one, a name, or `latest`. */
                    sweep: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default 1 */
                        workers?: number;
                        /** @description In all. */
                        trials?: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            sweep: string;
                            training: {
                                id: string;
                                /** @enum {string} */
                                kind: "train" | "resume" | "sweep" | "demo" | "register" | "evaluate" | "suspects";
                                name: string;
                                /** @enum {string} */
                                state: "starting" | "running" | "finished" | "stopped" | "failed";
                                who: string;
                                /** Format: date-time */
                                begunAt: string;
                                endedAt: string | null;
                                run: string | null;
                                progress: {
                                    task: string;
                                    done: number;
                                    total?: number;
                                    note?: string;
                                } | null;
                                error: {
                                    code: string;
                                    message: string;
                                    hint?: string;
                                } | null;
                                recipe: string | null;
                                sweep: string | null;
                                /** @description Of several trainings of one recipe. */
                                group: string | null;
                                /** @description Of an evaluation: what is measured on. */
                                split: string | null;
                                /** @description Of a search for label suspects: NAME@VERSION. */
                                dataset: string | null;
                            };
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/views/{room}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tables as people arranged them */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    room: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            views: {
                                room: string;
                                name: string;
                                content: {
                                    [key: string]: components["schemas"]["AnyJson"];
                                };
                                who: string;
                                /** Format: date-time */
                                changedAt: string;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/views/{room}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Saves a view, over one of the same name */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    room: string;
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        content: {
                            [key: string]: components["schemas"]["AnyJson"];
                        };
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            room: string;
                            name: string;
                            content: {
                                [key: string]: components["schemas"]["AnyJson"];
                            };
                            who: string;
                            /** Format: date-time */
                            changedAt: string;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        post?: never;
        /** Forgets a view */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    room: string;
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {boolean} */
                            deleted: true;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/home": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What runs, what is live, what needs a decision */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            counts: {
                                runs: number;
                                datasets: number;
                                models: number;
                                deployments: number;
                            };
                            /** @description Newest first, some dozens at most. */
                            running: {
                                id: string;
                                name: string;
                                /** @enum {string} */
                                status: "running" | "scheduled";
                                /** Format: date-time */
                                startedAt: string;
                                user: string;
                                dataset: string | null;
                                model: string | null;
                                /** @description The last one that values came from; null of another program's run. */
                                epoch: number | null;
                                epochs: number | null;
                                best: {
                                    epoch: number;
                                    metric: string;
                                    value: number | ("NaN" | "Infinity" | "-Infinity");
                                } | null;
                                /** @description When it said something last. */
                                heardAt: string | null;
                            }[];
                            live: {
                                name: string;
                                revision: number;
                                /** Format: date-time */
                                at: string;
                                who: string;
                                why: string | null;
                                members: {
                                    name: string;
                                    /** @enum {string} */
                                    role: "live" | "canary" | "shadow";
                                    share: number;
                                }[];
                                /** @description Why it is not what the store says, on this server. */
                                fault: string | null;
                            }[];
                            /** @description What needs a person, the most pressing first. */
                            waiting: {
                                /** @enum {string} */
                                kind: "fault" | "approve" | "evidence" | "leaks" | "broken" | "work" | "begun";
                                /** @description A deployment, a version, a dataset, the id of a run or of what was begun from the page. */
                                subject: string;
                                words: string;
                                since: string | null;
                            }[];
                            demo: {
                                id: string;
                                /** @enum {string} */
                                state: "starting" | "running" | "finished" | "stopped" | "failed";
                                /** Format: date-time */
                                begunAt: string;
                                endedAt: string | null;
                                progress: {
                                    task: string;
                                    done: number;
                                    total?: number;
                                    note?: string;
                                } | null;
                                error: {
                                    code: string;
                                    message: string;
                                    hint?: string;
                                } | null;
                                run: string | null;
                            } | null;
                        };
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/running": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Runs that have not ended, and how far they are */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            running: {
                                id: string;
                                name: string;
                                /** @enum {string} */
                                status: "running" | "scheduled";
                                /** Format: date-time */
                                startedAt: string;
                                user: string;
                                dataset: string | null;
                                model: string | null;
                                /** @description The last one that values came from; null of another program's run. */
                                epoch: number | null;
                                epochs: number | null;
                                best: {
                                    epoch: number;
                                    metric: string;
                                    value: number | ("NaN" | "Infinity" | "-Infinity");
                                } | null;
                                /** @description When it said something last. */
                                heardAt: string | null;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/find": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Runs, models, deployments and datasets by a part of their name, a few of each */
        get: {
            parameters: {
                query: {
                    text: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            found: {
                                /** @enum {string} */
                                kind: "run" | "model" | "deployment" | "dataset";
                                /** @description Of a run its id; of others their name, of a dataset NAME@VERSION. */
                                id: string;
                                name: string;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/demo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin the demo: images are drawn, a network is trained on them, measured, packed and registered
         * @description In a process of its own. `GET /v1/trainings/ID` tells how far it is, and `/stop` ends it.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Images to draw. */
                        count?: number;
                        /** @description Of the training: key=value. */
                        settings?: string[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            state: "starting" | "running" | "finished" | "stopped" | "failed";
                            /** Format: date-time */
                            begunAt: string;
                            endedAt: string | null;
                            progress: {
                                task: string;
                                done: number;
                                total?: number;
                                note?: string;
                            } | null;
                            error: {
                                code: string;
                                message: string;
                                hint?: string;
                            } | null;
                            run: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What changes, as server-sent events
         * @description Each is JSON: {"kind": "run", "id", "what": "started" | "progress" | "ended"}, {"kind": "runs"}, {"kind": "deployment" | "model" | "dataset", "name"}, {"kind": "job", "id"} (a training, a sweep or a demo), {"kind": "scoring", "id"}, or {"kind": "reset"} where something was missed and anything may have changed. Whoever comes back with `Last-Event-ID` is told what it missed.
         */
        get: {
            parameters: {
                query?: {
                    /** @description As the header Last-Event-ID. */
                    after?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As it is. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/event-stream": string;
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Long work on datasets, and comparisons of versions, newest first */
        get: {
            parameters: {
                query?: {
                    subject?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            tasks: {
                                /** Format: uuid */
                                id: string;
                                what: string;
                                subject: string;
                                who: string;
                                /** @enum {string} */
                                state: "running" | "done" | "failed" | "stopped" | "interrupted";
                                /** Format: date-time */
                                startedAt: string;
                                endedAt: string | null;
                                result: components["schemas"]["AnyJson"];
                                error: {
                                    code: string;
                                    message: string;
                                    hint?: string;
                                } | null;
                                progress: {
                                    task: string;
                                    done: number;
                                    total?: number;
                                    note?: string;
                                }[];
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where a piece of work is */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Work that takes long: begun by one request, looked at here until it has ended. The server does it and ends with it: then it is `interrupted`, and can be begun again. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            what: string;
                            subject: string;
                            who: string;
                            /** @enum {string} */
                            state: "running" | "done" | "failed" | "stopped" | "interrupted";
                            /** Format: date-time */
                            startedAt: string;
                            endedAt: string | null;
                            result: components["schemas"]["AnyJson"];
                            error: {
                                code: string;
                                message: string;
                                hint?: string;
                            } | null;
                            progress: {
                                task: string;
                                done: number;
                                total?: number;
                                note?: string;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /**
         * Stop a piece of work; answered when it has ended
         * @description Work of a server on another machine can not be asked to stop: it is ended as `interrupted`, so that something else can be begun. If that server still runs it works on to its end. Needs `write`; for `dataset.accept` `write` or `decide`, for `model.compare` `decide`.
         */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Work that takes long: begun by one request, looked at here until it has ended. The server does it and ends with it: then it is `interrupted`, and can be begun again. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            what: string;
                            subject: string;
                            who: string;
                            /** @enum {string} */
                            state: "running" | "done" | "failed" | "stopped" | "interrupted";
                            /** Format: date-time */
                            startedAt: string;
                            endedAt: string | null;
                            result: components["schemas"]["AnyJson"];
                            error: {
                                code: string;
                                message: string;
                                hint?: string;
                            } | null;
                            progress: {
                                task: string;
                                done: number;
                                total?: number;
                                note?: string;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/tasks/{id}/again": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin work again that failed, was stopped, or was interrupted as its server ended
         * @description Needs `write`; for `dataset.accept` `write` or `decide`, for `model.compare` `decide`.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Work that takes long: begun by one request, looked at here until it has ended. The server does it and ends with it: then it is `interrupted`, and can be begun again. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            what: string;
                            subject: string;
                            who: string;
                            /** @enum {string} */
                            state: "running" | "done" | "failed" | "stopped" | "interrupted";
                            /** Format: date-time */
                            startedAt: string;
                            endedAt: string | null;
                            result: components["schemas"]["AnyJson"];
                            error: {
                                code: string;
                                message: string;
                                hint?: string;
                            } | null;
                            progress: {
                                task: string;
                                done: number;
                                total?: number;
                                note?: string;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All data sets, each by its newest version */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            datasets: {
                                name: string;
                                /** @description The newest. */
                                version: number;
                                /** @description How many there are. */
                                versions: number;
                                /** Format: date-time */
                                createdAt: string;
                                samples: number;
                                /** @description Images in no split. */
                                leftOut: number;
                                classes: {
                                    name: string;
                                    samples: number;
                                }[];
                                splits: {
                                    train: number;
                                    val: number;
                                    test: number;
                                };
                                stamps: string[];
                                leaks: {
                                    groups: number;
                                    exact: number;
                                    near: number;
                                    exposed: {
                                        val: number;
                                        test: number;
                                    };
                                } | null;
                                /** @description Somebody took the leaks on themselves. */
                                accepted: boolean;
                                /** @description Of the audit; null where none was made. */
                                findings: {
                                    problem: number;
                                    warning: number;
                                    note: number;
                                } | null;
                            }[];
                            /** @description Names of those that cannot be read: `osler data show NAME` says why. */
                            damaged: string[];
                        };
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{name}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The versions of a data set, newest first */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            versions: {
                                version: number;
                                /** Format: date-time */
                                createdAt: string;
                                digest: string;
                                parent: {
                                    version: number;
                                    added: number;
                                    removed: number;
                                    changed: number;
                                } | null;
                                samples: number;
                                leftOut: number;
                                splits: {
                                    train: number;
                                    val: number;
                                    test: number;
                                };
                                /** @description How its split came about, in words. */
                                rule: string;
                                stamps: string[];
                                leaks: {
                                    groups: number;
                                    exact: number;
                                    near: number;
                                    exposed: {
                                        val: number;
                                        test: number;
                                    };
                                } | null;
                                /** @description Images that people decided about. */
                                amended: number;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{name}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A version: what it holds, and how it came about */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            version: number;
                            digest: string;
                            parent: {
                                version: number;
                                added: number;
                                removed: number;
                                changed: number;
                            } | null;
                            createdAt: string;
                            classes: string[];
                            samples: number;
                            /** @default {} */
                            excluded: {
                                [key: string]: number;
                            };
                            splits: {
                                [key: string]: {
                                    [key: string]: number;
                                };
                            };
                            groups: number;
                            duplicates: number;
                            /** @default 0 */
                            nearDuplicates: number;
                            /** @default false */
                            nearSearched: boolean;
                            split: {
                                /** @enum {string} */
                                kind: "given" | "carved" | "made" | "fold";
                                fractions: {
                                    train: number;
                                    val: number;
                                    test: number;
                                };
                                seed: number;
                                folds?: number;
                                fold?: number;
                                mended?: boolean;
                            };
                            source: {
                                format: string;
                                given: boolean;
                            };
                            stamps: string[];
                            /** @default null */
                            leaks: {
                                groups: number;
                                exact: number;
                                near: number;
                                exposed: {
                                    val: number;
                                    test: number;
                                };
                            } | null;
                            /** @description All of them, those in no split too. */
                            images: number;
                            rule: string;
                            accepted: {
                                reason: string;
                                by: string;
                                at: string;
                            } | null;
                            unreadable: number;
                            columns: {
                                name: string;
                                values: string[];
                            }[];
                            sizes: {
                                width: {
                                    min: number;
                                    median: number;
                                    max: number;
                                };
                                height: {
                                    min: number;
                                    median: number;
                                    max: number;
                                };
                            };
                            /** @description Files of the source that are no image here. */
                            notTaken: {
                                reason: string;
                                count: number;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{name}/versions/{version}/balance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Images by class, split and subgroup, and what is too small to be measured */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            classes: string[];
                            cells: {
                                /** @enum {string} */
                                split: "train" | "val" | "test";
                                label: string;
                                column: string | null;
                                value: string | null;
                                samples: number;
                                units: number;
                            }[];
                            columns: {
                                name: string;
                                values: string[];
                            }[];
                            left: {
                                name: string;
                                reason: string;
                            }[];
                            smallest: {
                                /** @enum {string} */
                                split: "train" | "val" | "test";
                                label: string;
                                column: string | null;
                                value: string | null;
                                samples: number;
                                units: number;
                                width: number | null;
                                missing: number;
                            }[];
                            sampleSizes: {
                                /** @enum {string} */
                                metric: "sensitivity" | "auroc";
                                label: string;
                                width: number;
                                expected: number;
                                needed: number | null;
                                present: number;
                                enough: boolean;
                            }[];
                            width: number;
                            expected: number;
                            imbalance: number | null;
                            summary: string[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{name}/versions/{version}/difference": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What differs from another version, image by image */
        get: {
            parameters: {
                query: {
                    /** @description The version to compare with. */
                    from: number;
                    kind?: "added" | "removed" | "relabelled" | "moved" | "leftOut" | "broughtBack" | "picture" | "regrouped" | "columns";
                    offset?: number;
                    limit?: number;
                };
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Images by kind of change; one may count in several. */
                            counts: {
                                [key: string]: number;
                            };
                            total: number;
                            offset: number;
                            changes: {
                                kinds: ("added" | "removed" | "relabelled" | "moved" | "leftOut" | "broughtBack" | "picture" | "regrouped" | "columns")[];
                                before: {
                                    number: number;
                                    /** @description Its path in the source: patient data, perhaps. */
                                    id: string;
                                    label: string;
                                    /** @enum {string} */
                                    split: "train" | "val" | "test";
                                    excluded: string | null;
                                    group: string | null;
                                    cluster: string | null;
                                    width: number;
                                    height: number;
                                    meta: {
                                        [key: string]: string | number | boolean | null;
                                    };
                                } | null;
                                after: {
                                    number: number;
                                    /** @description Its path in the source: patient data, perhaps. */
                                    id: string;
                                    label: string;
                                    /** @enum {string} */
                                    split: "train" | "val" | "test";
                                    excluded: string | null;
                                    group: string | null;
                                    cluster: string | null;
                                    width: number;
                                    height: number;
                                    meta: {
                                        [key: string]: string | number | boolean | null;
                                    };
                                } | null;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{name}/versions/{version}/samples": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Images that fit a filter
         * @description Asked by POST, though it changes nothing: names of patients and files belong in no address.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        splits?: ("train" | "val" | "test")[];
                        labels?: string[];
                        /** @enum {string} */
                        state?: "used" | "leftOut";
                        /** @description Why they are left out. */
                        reason?: string;
                        column?: {
                            name: string;
                            value: string;
                        };
                        group?: string;
                        cluster?: string;
                        /** @description Somewhere in the file's or the group's name. */
                        text?: string;
                        /** @enum {string} */
                        order?: "number" | "mixed" | "largest" | "smallest";
                        /** @default 0 */
                        offset?: number;
                        /** @default 100 */
                        limit?: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            total: number;
                            offset: number;
                            samples: {
                                number: number;
                                /** @description Its path in the source: patient data, perhaps. */
                                id: string;
                                label: string;
                                /** @enum {string} */
                                split: "train" | "val" | "test";
                                excluded: string | null;
                                group: string | null;
                                cluster: string | null;
                                width: number;
                                height: number;
                                meta: {
                                    [key: string]: string | number | boolean | null;
                                };
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{name}/versions/{version}/samples/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is known of one image */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    version: number;
                    /** @description Place in the version's list of images, from 1. */
                    number: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            number: number;
                            /** @description Its path in the source: patient data, perhaps. */
                            id: string;
                            label: string;
                            /** @enum {string} */
                            split: "train" | "val" | "test";
                            excluded: string | null;
                            group: string | null;
                            cluster: string | null;
                            width: number;
                            height: number;
                            meta: {
                                [key: string]: string | number | boolean | null;
                            };
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{name}/versions/{version}/images/{number}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A picture of one image, as WebP
         * @description Made from the file that was imported, if it is still the same byte for byte. A browser may keep it for ten minutes, and asks again after that, with its ETag.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Of the longer side, in pixels, at most. */
                    side?: "160" | "320" | "1280";
                };
                header?: never;
                path: {
                    name: string;
                    version: number;
                    /** @description Place in the version's list of images, from 1. */
                    number: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As it is. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "image/webp": string;
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{name}/versions/{version}/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the audit of a version found */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Null where none was made yet. */
                            audit: {
                                createdAt: string;
                                seconds: number;
                                findings: {
                                    /** @enum {string} */
                                    check: "leaks" | "labelConflicts" | "exactDuplicates" | "nearDuplicates" | "groups" | "shortcut" | "balance" | "unreadable";
                                    /** @enum {string} */
                                    level: "problem" | "warning" | "note" | "ok" | "skipped";
                                    count: number;
                                    summary: string;
                                    byDefault: string;
                                    toChange: string;
                                    /** @description Sets of images to be looked at side by side. */
                                    sets: number;
                                }[];
                                leaks: {
                                    groups: number;
                                    exact: number;
                                    near: number;
                                    exposed: {
                                        val: number;
                                        test: number;
                                    };
                                };
                                accepted: {
                                    reason: string;
                                    by: string;
                                    at: string;
                                } | null;
                                conflictingLabels: {
                                    labels: string[];
                                    pictures: number;
                                }[];
                                classSizes: {
                                    [key: string]: {
                                        images: number;
                                        used: number;
                                    };
                                };
                                moved: {
                                    from: string;
                                    to: string;
                                    images: number;
                                }[];
                                unreadable: {
                                    id: string;
                                    reason: string;
                                }[];
                                shortcut: {
                                    auroc: number | null;
                                    low: number | null;
                                    high: number | null;
                                    reason?: string;
                                    /** @enum {string} */
                                    verdict: "found" | "quiet" | "notEstimable";
                                    summary: string;
                                    features: {
                                        auroc: number | null;
                                        low: number | null;
                                        high: number | null;
                                        reason?: string;
                                        name: string;
                                        title: string;
                                        /** @enum {string} */
                                        family: "dimensions" | "file" | "colour mode" | "compression" | "borders" | "brightness" | "sharpness" | "marks" | "columns";
                                        tells: {
                                            auroc: number | null;
                                            low: number | null;
                                            high: number | null;
                                            reason?: string;
                                            label: string;
                                        } | null;
                                        byClass: {
                                            [key: string]: string;
                                        };
                                        remedy: string;
                                    }[];
                                    firm: {
                                        auroc: number | null;
                                        low: number | null;
                                        high: number | null;
                                        reason?: string;
                                    };
                                    families: {
                                        auroc: number | null;
                                        low: number | null;
                                        high: number | null;
                                        reason?: string;
                                        /** @enum {string} */
                                        family: "dimensions" | "file" | "colour mode" | "compression" | "borders" | "brightness" | "sharpness" | "marks" | "columns";
                                        features: number;
                                    }[];
                                    classes: {
                                        auroc: number | null;
                                        low: number | null;
                                        high: number | null;
                                        reason?: string;
                                        label: string;
                                        samples: number;
                                    }[];
                                    appearance: {
                                        auroc: number | null;
                                        low: number | null;
                                        high: number | null;
                                        reason?: string;
                                    };
                                    patient: {
                                        auroc: number | null;
                                        low: number | null;
                                        high: number | null;
                                        reason?: string;
                                        columns: string[];
                                    } | null;
                                    columns: {
                                        used: string[];
                                        left: {
                                            name: string;
                                            reason: string;
                                        }[];
                                    };
                                    samples: number;
                                    of: number;
                                    groups: number;
                                    test: {
                                        folds: number;
                                        permutations: number;
                                        exceeded: number;
                                        pValue: number | null;
                                        seed: number;
                                    };
                                } | null;
                            } | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Audit a version anew
         * @description With `shortcut` every image is read once more, to see whether the label can be told without anatomy.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @default false */
                        shortcut?: boolean;
                    };
                };
            };
            responses: {
                /** @description Work that takes long: begun by one request, looked at here until it has ended. The server does it and ends with it: then it is `interrupted`, and can be begun again. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            what: string;
                            subject: string;
                            who: string;
                            /** @enum {string} */
                            state: "running" | "done" | "failed" | "stopped" | "interrupted";
                            /** Format: date-time */
                            startedAt: string;
                            endedAt: string | null;
                            result: components["schemas"]["AnyJson"];
                            error: {
                                code: string;
                                message: string;
                                hint?: string;
                            } | null;
                            progress: {
                                task: string;
                                done: number;
                                total?: number;
                                note?: string;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{name}/versions/{version}/audit/sets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The images behind a finding, set by set */
        get: {
            parameters: {
                query: {
                    check: "leaks" | "labelConflicts" | "exactDuplicates" | "nearDuplicates" | "groups" | "shortcut";
                    offset?: number;
                    limit?: number;
                };
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            total: number;
                            offset: number;
                            sets: {
                                title: string;
                                members: {
                                    number: number;
                                    /** @description Its path in the source: patient data, perhaps. */
                                    id: string;
                                    label: string;
                                    /** @enum {string} */
                                    split: "train" | "val" | "test";
                                    excluded: string | null;
                                    group: string | null;
                                    cluster: string | null;
                                    width: number;
                                    height: number;
                                    meta: {
                                        [key: string]: string | number | boolean | null;
                                    };
                                    remark: string | null;
                                }[];
                                /** @description Members that are not listed. */
                                more: number;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{name}/versions/{version}/suspects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Images whose label is likely wrong, the surest first, and the networks that judge */
        get: {
            parameters: {
                query?: {
                    /** @description A run or a group of runs; absent: what judged last. */
                    by?: string;
                    label?: string;
                    suggested?: string;
                    offset?: number;
                    limit?: number;
                };
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description What was trained on the version and may judge its labels, the best first. */
                            judges: {
                                /** @enum {string} */
                                kind: "run" | "seeds" | "folds";
                                id: string;
                                name: string;
                                trainedAt: string;
                                /** @description Null where it has not judged yet. */
                                judgedAt: string | null;
                            }[];
                            /** @description Null where nothing was judged yet. */
                            found: {
                                by: {
                                    /** @enum {string} */
                                    kind: "run" | "seeds" | "folds";
                                    id: string;
                                    name: string;
                                };
                                createdAt: string;
                                /** @description Images by split. */
                                judged: {
                                    [key: string]: number;
                                };
                                /** @description Images that the networks learned from. */
                                notJudged: number;
                                /** @description Labels that are wrong; null where that can not be told. */
                                estimated: {
                                    errors: number;
                                    share: number;
                                } | null;
                                notes: string[];
                                all: number;
                                pairs: {
                                    label: string;
                                    suggested: string;
                                    suspects: number;
                                }[];
                                /** @description Those that fit what was asked for. */
                                total: number;
                                offset: number;
                                suspects: {
                                    number: number;
                                    /** @description Its path in the source: patient data, perhaps. */
                                    id: string;
                                    label: string;
                                    /** @enum {string} */
                                    split: "train" | "val" | "test";
                                    excluded: string | null;
                                    group: string | null;
                                    cluster: string | null;
                                    width: number;
                                    height: number;
                                    meta: {
                                        [key: string]: string | number | boolean | null;
                                    };
                                    /** @description What the networks take it for. */
                                    suggested: string;
                                    /** @description Of its label. */
                                    probability: number;
                                    suggestedProbability: number;
                                    /** @description Of the label less the most probable other; -1 is the surest suspect. */
                                    margin: number;
                                }[];
                            } | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Begin to judge the labels of a version, by a run or a group of runs that was trained on it
         * @description In a process of its own. GET /v1/trainings/ID says how far it is; POST .../stop ends it.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description A run or a group of runs, trained on the version. */
                        by: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            /** @enum {string} */
                            kind: "train" | "resume" | "sweep" | "demo" | "register" | "evaluate" | "suspects";
                            name: string;
                            /** @enum {string} */
                            state: "starting" | "running" | "finished" | "stopped" | "failed";
                            who: string;
                            /** Format: date-time */
                            begunAt: string;
                            endedAt: string | null;
                            run: string | null;
                            progress: {
                                task: string;
                                done: number;
                                total?: number;
                                note?: string;
                            } | null;
                            error: {
                                code: string;
                                message: string;
                                hint?: string;
                            } | null;
                            recipe: string | null;
                            sweep: string | null;
                            /** @description Of several trainings of one recipe. */
                            group: string | null;
                            /** @description Of an evaluation: what is measured on. */
                            split: string | null;
                            /** @description Of a search for label suspects: NAME@VERSION. */
                            dataset: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{name}/versions/{version}/accept": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Use a version as it is although it leaks
         * @description Who and why goes to the audit trail and stands beside the version; everything made from it stays stamped.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Work that takes long: begun by one request, looked at here until it has ended. The server does it and ends with it: then it is `interrupted`, and can be begun again. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            what: string;
                            subject: string;
                            who: string;
                            /** @enum {string} */
                            state: "running" | "done" | "failed" | "stopped" | "interrupted";
                            /** Format: date-time */
                            startedAt: string;
                            endedAt: string | null;
                            result: components["schemas"]["AnyJson"];
                            error: {
                                code: string;
                                message: string;
                                hint?: string;
                            } | null;
                            progress: {
                                task: string;
                                done: number;
                                total?: number;
                                note?: string;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{name}/versions/{version}/mend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make the next version, in which nothing crosses the split, moving no more than it takes */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Work that takes long: begun by one request, looked at here until it has ended. The server does it and ends with it: then it is `interrupted`, and can be begun again. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            what: string;
                            subject: string;
                            who: string;
                            /** @enum {string} */
                            state: "running" | "done" | "failed" | "stopped" | "interrupted";
                            /** Format: date-time */
                            startedAt: string;
                            endedAt: string | null;
                            result: components["schemas"]["AnyJson"];
                            error: {
                                code: string;
                                message: string;
                                hint?: string;
                            } | null;
                            progress: {
                                task: string;
                                done: number;
                                total?: number;
                                note?: string;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{name}/versions/{version}/split": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make the next version, split anew or into folds */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        fractions?: {
                            train: number;
                            val: number;
                            test: number;
                        };
                        seed?: number;
                        fold?: {
                            folds: number;
                            fold: number;
                        };
                    };
                };
            };
            responses: {
                /** @description Work that takes long: begun by one request, looked at here until it has ended. The server does it and ends with it: then it is `interrupted`, and can be begun again. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            what: string;
                            subject: string;
                            who: string;
                            /** @enum {string} */
                            state: "running" | "done" | "failed" | "stopped" | "interrupted";
                            /** Format: date-time */
                            startedAt: string;
                            endedAt: string | null;
                            result: components["schemas"]["AnyJson"];
                            error: {
                                code: string;
                                message: string;
                                hint?: string;
                            } | null;
                            progress: {
                                task: string;
                                done: number;
                                total?: number;
                                note?: string;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/datasets/{name}/versions/{version}/amend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make the next version, in which some images have another label, are left out, or are brought back
         * @description Imports that follow keep what was decided, as long as the file is the same. Who and why goes to the audit trail.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        reason: string;
                        decisions: {
                            number: number;
                            /** @description The class it is; absent: as it stands. */
                            label?: string;
                            /** @description In no split. */
                            out: boolean;
                        }[];
                    };
                };
            };
            responses: {
                /** @description Work that takes long: begun by one request, looked at here until it has ended. The server does it and ends with it: then it is `interrupted`, and can be begun again. */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: uuid */
                            id: string;
                            what: string;
                            subject: string;
                            who: string;
                            /** @enum {string} */
                            state: "running" | "done" | "failed" | "stopped" | "interrupted";
                            /** Format: date-time */
                            startedAt: string;
                            endedAt: string | null;
                            result: components["schemas"]["AnyJson"];
                            error: {
                                code: string;
                                message: string;
                                hint?: string;
                            } | null;
                            progress: {
                                task: string;
                                done: number;
                                total?: number;
                                note?: string;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/opinions/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Models that can be asked by themselves: registered versions, and bundles of this home */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            models: {
                                /** @description `version:skin@3` or `bundle:demo`: how it is asked. */
                                of: string;
                                /** @enum {string} */
                                kind: "version" | "bundle";
                                name: string;
                                version: number | null;
                                /** @description Of a registered version; null for a bundle that is not registered. */
                                status: ("pending" | "approved" | "rejected" | "retired") | null;
                                aliases: string[];
                                /** @description sha256 of the bundle's manifest. */
                                digest: string | null;
                                network: string;
                                labels: string[];
                                stamps: string[];
                                leaks: {
                                    groups: number;
                                    exact: number;
                                    near: number;
                                    exposed: {
                                        val: number;
                                        test: number;
                                    };
                                } | null;
                                createdAt: string;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/opinions/info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is known of one of them */
        get: {
            parameters: {
                query: {
                    of: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            asked: {
                                /** @description `version:skin@3` or `bundle:demo`: how it is asked. */
                                of: string;
                                /** @enum {string} */
                                kind: "version" | "bundle";
                                name: string;
                                version: number | null;
                                /** @description Of a registered version; null for a bundle that is not registered. */
                                status: ("pending" | "approved" | "rejected" | "retired") | null;
                                aliases: string[];
                                /** @description sha256 of the bundle's manifest. */
                                digest: string | null;
                                network: string;
                                labels: string[];
                                stamps: string[];
                                leaks: {
                                    groups: number;
                                    exact: number;
                                    near: number;
                                    exposed: {
                                        val: number;
                                        test: number;
                                    };
                                } | null;
                                createdAt: string;
                            };
                            info: {
                                name: string;
                                run: string;
                                createdAt: string;
                                labels: string[];
                                parameters: number;
                                preprocess: {
                                    height: number;
                                    width: number;
                                    trim?: number;
                                    /** @enum {string} */
                                    fit: "stretch" | "crop" | "pad";
                                    channels: 1 | 3;
                                    mean: number[];
                                    std: number[];
                                };
                                /**
                                 * @description In which views the network looks at an image: `mirrors` is the mean of four, at four passes an image.
                                 * @enum {string}
                                 */
                                views: "none" | "mirrors";
                                temperature: number;
                                /**
                                 * @description What the probabilities come from; by itself `temperature` says it all only where this is `temperature`.
                                 * @enum {string}
                                 */
                                calibration: "temperature" | "vector" | "isotonic";
                                operatingPoint: {
                                    positive: string[];
                                    threshold: number;
                                    rule: string;
                                } | null;
                                /** @description How one of several classes is decided for: the largest probability / share^tau. Null: the most probable. */
                                classRule: {
                                    /** @enum {string} */
                                    method: "balanced";
                                    tau: number;
                                    shares: number[];
                                } | null;
                                conformal: {
                                    coverage: number;
                                    /** @description Classes in every set, as validation had too few samples of them. */
                                    always: string[];
                                } | null;
                                outOfDistribution: {
                                    falseAlarmRate: number;
                                } | null;
                                /** @description Of the test split, with 95% intervals. */
                                metrics: {
                                    [key: string]: {
                                        value: number;
                                        low: number | null;
                                        high: number | null;
                                    };
                                };
                                dataset: {
                                    name: string;
                                    version: number;
                                    digest: string;
                                };
                                stamps: string[];
                                /** @description What `leaky` among the stamps is for. */
                                leaks: {
                                    groups: number;
                                    exact: number;
                                    near: number;
                                    exposed: {
                                        val: number;
                                        test: number;
                                    };
                                    /** @description Why it was used all the same. */
                                    reason: string | null;
                                } | null;
                                oslerVersion: string;
                            };
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/opinions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What one model says of an image
         * @description The image as multipart/form-data (field `file`), as raw bytes, or as base64 in JSON. It is not written down: answers that count are those of deployments.
         */
        post: {
            parameters: {
                query: {
                    of: string;
                    /** @description `true` adds a heat map over the image to the answer; `map` the map by itself, transparent, to be laid over it. */
                    heatmap?: "0" | "1" | "true" | "false" | "" | "map";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "multipart/form-data": {
                        /** Format: binary */
                        file: string;
                    };
                    "application/octet-stream": string;
                    "image/*": string;
                    "application/json": {
                        /** Format: byte */
                        image: string;
                        /** @enum {unknown} */
                        heatmap?: true | false | "map";
                    };
                };
            };
            responses: {
                /** @description An answer that is not written down, and takes no feedback. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            requestId: string;
                            /** @description The class decided for: with two classes the verdict at the operating point, else the most probable class, or the one that `classRule` of the model bids. */
                            label: string;
                            /** @description By class; they sum to 1. */
                            probabilities: {
                                [key: string]: number;
                            };
                            /** @description The verdict at the operating point; absent when the bundle names no positive classes. */
                            positive?: {
                                /** @description The classes whose probabilities are summed. */
                                labels: string[];
                                probability: number;
                                /** @description The operating point, chosen on validation data. */
                                threshold: number;
                                /** @description Whether the summed probability reaches the threshold. */
                                verdict: boolean;
                            };
                            /** @description Conformal set, fitted on validation data; absent when the bundle has none. */
                            set?: {
                                /** @description The classes that fit; may be several, or none. */
                                labels: string[];
                                /** @description Share of each class for which the set holds the truth. */
                                coverage: number;
                            };
                            /** @description How unlike the validation images this one is; absent when the bundle cannot tell. */
                            outOfDistribution?: {
                                /** @description Whether a score is above its limit: the image is unlike those of validation. */
                                verdict: boolean;
                                /** @description -log of the summed exponentials of the logits. */
                                energy: {
                                    score: number;
                                    limit: number | null;
                                };
                                /** @description The embedding's distance to the nearest class, in standard deviations. */
                                mahalanobis: {
                                    score: number;
                                    limit: number | null;
                                } | null;
                                /** @description Distance of what the image looks like: brightness, colours, texture. */
                                appearance: {
                                    score: number;
                                    limit: number | null;
                                } | null;
                                /** @description Share of validation images that the limits call unlike. */
                                falseAlarmRate: number;
                            };
                            /** @description Warnings that the data or the run behind the model carries, such as `leaky`. */
                            stamps: string[];
                            /** @description What `leaky` among the stamps is for: groups, sets of exact and of near copies on both sides of the split, and samples of val and test with a counterpart in train. */
                            leaks?: {
                                groups: number;
                                exact: number;
                                near: number;
                                exposed: {
                                    val: number;
                                    test: number;
                                };
                            };
                            model: {
                                name: string;
                                version: number | null;
                                digest: string | null;
                                network: string;
                                run: string;
                            };
                            heatmap?: {
                                /** @description The class that the map speaks for. */
                                explained: string;
                                /** @description Whether nothing in the image speaks for that class: then the map shows nothing. */
                                blank: boolean;
                                /** @description Rows and columns of places that the network tells apart; of fewer than 4 x 4 the map points at nothing. */
                                grid: number[];
                                /** @description PNG as a data URL: the image as the network sees it with the evidence over it, or the evidence by itself. */
                                image: string;
                            };
                            /** @description Why a person should decide; null where nothing speaks against the model. */
                            abstention: {
                                /** @enum {string} */
                                reason: "unlike" | "several" | "none";
                                words: string;
                            } | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/registry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Registered models at a glance, in order of name: champion, what waits for a decision, where they answer */
        get: {
            parameters: {
                query?: {
                    /** @description At most so many. */
                    limit?: number;
                    /** @description `next` of the page before. */
                    cursor?: string;
                    /** @description MLflow's grammar: name LIKE 'skin%' and tags.team = 'derm'. */
                    filter?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            models: {
                                name: string;
                                description: string | null;
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                updatedAt: string;
                                tags: {
                                    [key: string]: string;
                                };
                                /** @description Version by alias. */
                                aliases: {
                                    [key: string]: number;
                                };
                                versions: number;
                                newest: number | null;
                                /** @description Versions that wait for a decision, newest first. */
                                pending: number[];
                                /** @description That name one of its versions. */
                                deployments: string[];
                                champion: {
                                    version: number;
                                    /** @enum {string} */
                                    status: "pending" | "approved" | "rejected" | "retired";
                                    network: string | null;
                                    dataset: string | null;
                                    /** @description AUROC of the test split, or its mean over classes. */
                                    metric: {
                                        name: string;
                                        value: number;
                                        low: number | null;
                                        high: number | null;
                                    } | null;
                                    stamps: string[];
                                    leaks: {
                                        groups: number;
                                        exact: number;
                                        near: number;
                                        exposed: {
                                            val: number;
                                            test: number;
                                        };
                                    } | null;
                                    /** @description A policy was set aside for it. */
                                    overridden: boolean;
                                } | null;
                            }[];
                            /** @description The cursor of the next page; null at the end. */
                            next: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}/standing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where a version stands on its way to approval: the rules of the policy, each with what was found */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            model: string;
                            version: number;
                            /** @enum {string} */
                            status: "pending" | "approved" | "rejected" | "retired";
                            /** @description For whom this was looked at: rules may ask for another person. */
                            who: string;
                            mayDecide: boolean;
                            /** @description Why this person cannot approve it now, whatever the checks say. */
                            obstacle: string | null;
                            approvers: string[];
                            needed: number;
                            policy: {
                                /** @description Whether registry/policy.yaml says it; else the built-in rules are in force. */
                                written: boolean;
                                digest: string;
                                /** @description Of this model. */
                                rules: {
                                    gates: string[];
                                    /** @enum {string} */
                                    leaky: "refuse" | "allow";
                                    champion: {
                                        margin: number;
                                        /** @enum {string} */
                                        metric?: "accuracy" | "topClassAccuracy" | "balancedAccuracy" | "macroPrecision" | "macroRecall" | "macroF1" | "weightedPrecision" | "weightedRecall" | "weightedF1" | "kappa" | "quadraticKappa" | "mcc" | "auroc" | "macroAuroc" | "weightedAuroc" | "partialAuroc" | "averagePrecision" | "macroAveragePrecision" | "weightedAveragePrecision" | "sensitivityAtSpecificity" | "specificityAtSensitivity" | "sensitivity" | "specificity" | "ppv" | "npv" | "operatingPointAccuracy" | "netBenefit" | "brier" | "logLoss" | "ece" | "adaptiveEce" | "positiveBrier" | "brierReliability" | "brierResolution" | "brierUncertainty" | "positiveEce" | "positiveAdaptiveEce" | "calibrationSlope" | "calibrationIntercept";
                                    } | null;
                                    approvers: number;
                                    trainerMayApprove: boolean;
                                    protected: string[];
                                    /** @enum {string} */
                                    external: "free" | "approval";
                                };
                            };
                            /** @description Null once it is decided, and where its files are not here. */
                            checks: {
                                /** @enum {string} */
                                rule: "signature" | "gate" | "leaky" | "classes" | "champion" | "trainer";
                                asked: string;
                                passed: boolean;
                                words: string;
                            }[] | null;
                            /** @description With the champion, where the policy asks for it. */
                            comparison: {
                                champion: number;
                                /** @description Null: not begun. `POST .../comparison` begins it. */
                                work: ({
                                    /** @enum {string} */
                                    state: "running";
                                    task: string | null;
                                    done: number | null;
                                    total: number | null;
                                } | {
                                    /** @enum {string} */
                                    state: "done";
                                } | {
                                    /** @enum {string} */
                                    state: "failed";
                                    error: {
                                        /** @description Names one kind of mistake for ever; match on this. */
                                        code: string;
                                        message: string;
                                        hint?: string;
                                    };
                                }) | null;
                                result: {
                                    on: string;
                                    samples: number;
                                    groups: number;
                                    metric: string;
                                    margin: number | null;
                                    verdict: {
                                        kind: string;
                                        words: string;
                                        p: number | null;
                                    };
                                    difference: {
                                        first: number | null;
                                        second: number | null;
                                        difference: number | null;
                                        low: number | null;
                                        high: number | null;
                                        p: number | null;
                                        adjusted: number | null;
                                        method: string | null;
                                        reason?: string;
                                    };
                                    notes: string[];
                                } | null;
                            } | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}/comparison": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin the comparison with the champion that the policy asks for
         * @description On the same samples, as osler compare. `standing` says how far it is.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            model: string;
                            version: number;
                            /** @enum {string} */
                            status: "pending" | "approved" | "rejected" | "retired";
                            /** @description For whom this was looked at: rules may ask for another person. */
                            who: string;
                            mayDecide: boolean;
                            /** @description Why this person cannot approve it now, whatever the checks say. */
                            obstacle: string | null;
                            approvers: string[];
                            needed: number;
                            policy: {
                                /** @description Whether registry/policy.yaml says it; else the built-in rules are in force. */
                                written: boolean;
                                digest: string;
                                /** @description Of this model. */
                                rules: {
                                    gates: string[];
                                    /** @enum {string} */
                                    leaky: "refuse" | "allow";
                                    champion: {
                                        margin: number;
                                        /** @enum {string} */
                                        metric?: "accuracy" | "topClassAccuracy" | "balancedAccuracy" | "macroPrecision" | "macroRecall" | "macroF1" | "weightedPrecision" | "weightedRecall" | "weightedF1" | "kappa" | "quadraticKappa" | "mcc" | "auroc" | "macroAuroc" | "weightedAuroc" | "partialAuroc" | "averagePrecision" | "macroAveragePrecision" | "weightedAveragePrecision" | "sensitivityAtSpecificity" | "specificityAtSensitivity" | "sensitivity" | "specificity" | "ppv" | "npv" | "operatingPointAccuracy" | "netBenefit" | "brier" | "logLoss" | "ece" | "adaptiveEce" | "positiveBrier" | "brierReliability" | "brierResolution" | "brierUncertainty" | "positiveEce" | "positiveAdaptiveEce" | "calibrationSlope" | "calibrationIntercept";
                                    } | null;
                                    approvers: number;
                                    trainerMayApprove: boolean;
                                    protected: string[];
                                    /** @enum {string} */
                                    external: "free" | "approval";
                                };
                            };
                            /** @description Null once it is decided, and where its files are not here. */
                            checks: {
                                /** @enum {string} */
                                rule: "signature" | "gate" | "leaky" | "classes" | "champion" | "trainer";
                                asked: string;
                                passed: boolean;
                                words: string;
                            }[] | null;
                            /** @description With the champion, where the policy asks for it. */
                            comparison: {
                                champion: number;
                                /** @description Null: not begun. `POST .../comparison` begins it. */
                                work: ({
                                    /** @enum {string} */
                                    state: "running";
                                    task: string | null;
                                    done: number | null;
                                    total: number | null;
                                } | {
                                    /** @enum {string} */
                                    state: "done";
                                } | {
                                    /** @enum {string} */
                                    state: "failed";
                                    error: {
                                        /** @description Names one kind of mistake for ever; match on this. */
                                        code: string;
                                        message: string;
                                        hint?: string;
                                    };
                                }) | null;
                                result: {
                                    on: string;
                                    samples: number;
                                    groups: number;
                                    metric: string;
                                    margin: number | null;
                                    verdict: {
                                        kind: string;
                                        words: string;
                                        p: number | null;
                                    };
                                    difference: {
                                        first: number | null;
                                        second: number | null;
                                        difference: number | null;
                                        low: number | null;
                                        high: number | null;
                                        p: number | null;
                                        adjusted: number | null;
                                        method: string | null;
                                        reason?: string;
                                    };
                                    notes: string[];
                                } | null;
                            } | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        /** Cancel that comparison */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            model: string;
                            version: number;
                            /** @enum {string} */
                            status: "pending" | "approved" | "rejected" | "retired";
                            /** @description For whom this was looked at: rules may ask for another person. */
                            who: string;
                            mayDecide: boolean;
                            /** @description Why this person cannot approve it now, whatever the checks say. */
                            obstacle: string | null;
                            approvers: string[];
                            needed: number;
                            policy: {
                                /** @description Whether registry/policy.yaml says it; else the built-in rules are in force. */
                                written: boolean;
                                digest: string;
                                /** @description Of this model. */
                                rules: {
                                    gates: string[];
                                    /** @enum {string} */
                                    leaky: "refuse" | "allow";
                                    champion: {
                                        margin: number;
                                        /** @enum {string} */
                                        metric?: "accuracy" | "topClassAccuracy" | "balancedAccuracy" | "macroPrecision" | "macroRecall" | "macroF1" | "weightedPrecision" | "weightedRecall" | "weightedF1" | "kappa" | "quadraticKappa" | "mcc" | "auroc" | "macroAuroc" | "weightedAuroc" | "partialAuroc" | "averagePrecision" | "macroAveragePrecision" | "weightedAveragePrecision" | "sensitivityAtSpecificity" | "specificityAtSensitivity" | "sensitivity" | "specificity" | "ppv" | "npv" | "operatingPointAccuracy" | "netBenefit" | "brier" | "logLoss" | "ece" | "adaptiveEce" | "positiveBrier" | "brierReliability" | "brierResolution" | "brierUncertainty" | "positiveEce" | "positiveAdaptiveEce" | "calibrationSlope" | "calibrationIntercept";
                                    } | null;
                                    approvers: number;
                                    trainerMayApprove: boolean;
                                    protected: string[];
                                    /** @enum {string} */
                                    external: "free" | "approval";
                                };
                            };
                            /** @description Null once it is decided, and where its files are not here. */
                            checks: {
                                /** @enum {string} */
                                rule: "signature" | "gate" | "leaky" | "classes" | "champion" | "trainer";
                                asked: string;
                                passed: boolean;
                                words: string;
                            }[] | null;
                            /** @description With the champion, where the policy asks for it. */
                            comparison: {
                                champion: number;
                                /** @description Null: not begun. `POST .../comparison` begins it. */
                                work: ({
                                    /** @enum {string} */
                                    state: "running";
                                    task: string | null;
                                    done: number | null;
                                    total: number | null;
                                } | {
                                    /** @enum {string} */
                                    state: "done";
                                } | {
                                    /** @enum {string} */
                                    state: "failed";
                                    error: {
                                        /** @description Names one kind of mistake for ever; match on this. */
                                        code: string;
                                        message: string;
                                        hint?: string;
                                    };
                                }) | null;
                                result: {
                                    on: string;
                                    samples: number;
                                    groups: number;
                                    metric: string;
                                    margin: number | null;
                                    verdict: {
                                        kind: string;
                                        words: string;
                                        p: number | null;
                                    };
                                    difference: {
                                        first: number | null;
                                        second: number | null;
                                        difference: number | null;
                                        low: number | null;
                                        high: number | null;
                                        p: number | null;
                                        adjusted: number | null;
                                        method: string | null;
                                        reason?: string;
                                    };
                                    notes: string[];
                                } | null;
                            } | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Approve a version on evidence that is gathered now and stored with it
         * @description A comparison that the policy asks for and that was not made yet is made now, which may take minutes.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description In words; kept in the audit trail. */
                        reason: string;
                        /** @description Why the policy is set aside where it is not met; shown for ever. */
                        override?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            version: {
                                model: string;
                                version: number;
                                /** @enum {string} */
                                status: "pending" | "approved" | "rejected" | "retired";
                                stage: string;
                                description: string | null;
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                updatedAt: string;
                                tags: {
                                    [key: string]: string;
                                };
                                aliases: string[];
                                record: {
                                    /** @enum {string} */
                                    format: "osler-version/1";
                                    /** @enum {string} */
                                    kind: "bundle" | "external";
                                    registeredBy: string;
                                    source: string;
                                    location: string | null;
                                    runId: string | null;
                                    runLink: string | null;
                                    modelId: string | null;
                                    bundle: {
                                        digest: string;
                                        answers: string;
                                        signer: string;
                                        run: string;
                                        createdAt: string;
                                        network: string;
                                        labels: string[];
                                        positive?: string[] | null;
                                        metrics: {
                                            [key: string]: {
                                                value: number;
                                                low: number | null;
                                                high: number | null;
                                            };
                                        };
                                        stamps: string[];
                                        leaks: {
                                            groups: number;
                                            exact: number;
                                            near: number;
                                            exposed: {
                                                val: number;
                                                test: number;
                                            };
                                            accepted: {
                                                reason: string;
                                                by: string;
                                                at: string;
                                            } | null;
                                        } | null;
                                    } | null;
                                    lineage: {
                                        trainer: string | null;
                                        dataset: {
                                            name: string;
                                            version: number;
                                            digest: string;
                                        } | null;
                                        code: string | null;
                                        oslerVersion: string | null;
                                        engine: string | null;
                                        seed: number | null;
                                        config: string | null;
                                        pretrained: string | null;
                                        parent: {
                                            model: string;
                                            version: number;
                                        } | null;
                                    };
                                };
                            };
                            approvers: string[];
                            needed: number;
                            override: string | null;
                            checks: {
                                /** @enum {string} */
                                rule: "signature" | "gate" | "leaky" | "classes" | "champion" | "trainer";
                                asked: string;
                                passed: boolean;
                                words: string;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}/reject": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reject a pending version, for ever */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description In words; kept in the audit trail. */
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            model: string;
                            version: number;
                            /** @enum {string} */
                            status: "pending" | "approved" | "rejected" | "retired";
                            stage: string;
                            description: string | null;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                            tags: {
                                [key: string]: string;
                            };
                            aliases: string[];
                            record: {
                                /** @enum {string} */
                                format: "osler-version/1";
                                /** @enum {string} */
                                kind: "bundle" | "external";
                                registeredBy: string;
                                source: string;
                                location: string | null;
                                runId: string | null;
                                runLink: string | null;
                                modelId: string | null;
                                bundle: {
                                    digest: string;
                                    answers: string;
                                    signer: string;
                                    run: string;
                                    createdAt: string;
                                    network: string;
                                    labels: string[];
                                    positive?: string[] | null;
                                    metrics: {
                                        [key: string]: {
                                            value: number;
                                            low: number | null;
                                            high: number | null;
                                        };
                                    };
                                    stamps: string[];
                                    leaks: {
                                        groups: number;
                                        exact: number;
                                        near: number;
                                        exposed: {
                                            val: number;
                                            test: number;
                                        };
                                        accepted: {
                                            reason: string;
                                            by: string;
                                            at: string;
                                        } | null;
                                    } | null;
                                } | null;
                                lineage: {
                                    trainer: string | null;
                                    dataset: {
                                        name: string;
                                        version: number;
                                        digest: string;
                                    } | null;
                                    code: string | null;
                                    oslerVersion: string | null;
                                    engine: string | null;
                                    seed: number | null;
                                    config: string | null;
                                    pretrained: string | null;
                                    parent: {
                                        model: string;
                                        version: number;
                                    } | null;
                                };
                            };
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}/retire": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a version out of use, for ever: it loses its aliases */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description In words; kept in the audit trail. */
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            model: string;
                            version: number;
                            /** @enum {string} */
                            status: "pending" | "approved" | "rejected" | "retired";
                            stage: string;
                            description: string | null;
                            /** Format: date-time */
                            createdAt: string;
                            /** Format: date-time */
                            updatedAt: string;
                            tags: {
                                [key: string]: string;
                            };
                            aliases: string[];
                            record: {
                                /** @enum {string} */
                                format: "osler-version/1";
                                /** @enum {string} */
                                kind: "bundle" | "external";
                                registeredBy: string;
                                source: string;
                                location: string | null;
                                runId: string | null;
                                runLink: string | null;
                                modelId: string | null;
                                bundle: {
                                    digest: string;
                                    answers: string;
                                    signer: string;
                                    run: string;
                                    createdAt: string;
                                    network: string;
                                    labels: string[];
                                    positive?: string[] | null;
                                    metrics: {
                                        [key: string]: {
                                            value: number;
                                            low: number | null;
                                            high: number | null;
                                        };
                                    };
                                    stamps: string[];
                                    leaks: {
                                        groups: number;
                                        exact: number;
                                        near: number;
                                        exposed: {
                                            val: number;
                                            test: number;
                                        };
                                        accepted: {
                                            reason: string;
                                            by: string;
                                            at: string;
                                        } | null;
                                    } | null;
                                } | null;
                                lineage: {
                                    trainer: string | null;
                                    dataset: {
                                        name: string;
                                        version: number;
                                        digest: string;
                                    } | null;
                                    code: string | null;
                                    oslerVersion: string | null;
                                    engine: string | null;
                                    seed: number | null;
                                    config: string | null;
                                    pretrained: string | null;
                                    parent: {
                                        model: string;
                                        version: number;
                                    } | null;
                                };
                            };
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/aliases/{alias}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Give an alias to a version; whichever had it loses it */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    alias: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        version: number;
                        /** @description In words; kept in the audit trail. */
                        reason?: string;
                        /** @description Why the policy is set aside where it is not met; shown for ever. */
                        override?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            alias: string;
                            from: number | null;
                            override: string | null;
                            version: {
                                model: string;
                                version: number;
                                /** @enum {string} */
                                status: "pending" | "approved" | "rejected" | "retired";
                                stage: string;
                                description: string | null;
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                updatedAt: string;
                                tags: {
                                    [key: string]: string;
                                };
                                aliases: string[];
                                record: {
                                    /** @enum {string} */
                                    format: "osler-version/1";
                                    /** @enum {string} */
                                    kind: "bundle" | "external";
                                    registeredBy: string;
                                    source: string;
                                    location: string | null;
                                    runId: string | null;
                                    runLink: string | null;
                                    modelId: string | null;
                                    bundle: {
                                        digest: string;
                                        answers: string;
                                        signer: string;
                                        run: string;
                                        createdAt: string;
                                        network: string;
                                        labels: string[];
                                        positive?: string[] | null;
                                        metrics: {
                                            [key: string]: {
                                                value: number;
                                                low: number | null;
                                                high: number | null;
                                            };
                                        };
                                        stamps: string[];
                                        leaks: {
                                            groups: number;
                                            exact: number;
                                            near: number;
                                            exposed: {
                                                val: number;
                                                test: number;
                                            };
                                            accepted: {
                                                reason: string;
                                                by: string;
                                                at: string;
                                            } | null;
                                        } | null;
                                    } | null;
                                    lineage: {
                                        trainer: string | null;
                                        dataset: {
                                            name: string;
                                            version: number;
                                            digest: string;
                                        } | null;
                                        code: string | null;
                                        oslerVersion: string | null;
                                        engine: string | null;
                                        seed: number | null;
                                        config: string | null;
                                        pretrained: string | null;
                                        parent: {
                                            model: string;
                                            version: number;
                                        } | null;
                                    };
                                };
                            };
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        post?: never;
        /** Take an alias away */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    alias: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description In words; kept in the audit trail. */
                        reason: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/aliases/{alias}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The versions that an alias named, in order of time, from the audit trail */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    alias: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            who: string;
                            via: string;
                            /** Format: date-time */
                            at: string;
                            why: string | null;
                            seq: number;
                            version: number | null;
                            rollback: boolean;
                        }[];
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where a rollback would go */
        get: {
            parameters: {
                query?: {
                    alias?: string;
                };
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            alias: string;
                            from: number | null;
                            /** @description Null: there is nothing earlier that it can go back to. */
                            to: number | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        /** Give an alias back to the version that had it before */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description In words; kept in the audit trail. */
                        reason: string;
                        /** @description `champion` where none is named. */
                        alias?: string;
                        /** @description This version instead of the one before. */
                        to?: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            alias: string;
                            from: number | null;
                            override: string | null;
                            version: {
                                model: string;
                                version: number;
                                /** @enum {string} */
                                status: "pending" | "approved" | "rejected" | "retired";
                                stage: string;
                                description: string | null;
                                /** Format: date-time */
                                createdAt: string;
                                /** Format: date-time */
                                updatedAt: string;
                                tags: {
                                    [key: string]: string;
                                };
                                aliases: string[];
                                record: {
                                    /** @enum {string} */
                                    format: "osler-version/1";
                                    /** @enum {string} */
                                    kind: "bundle" | "external";
                                    registeredBy: string;
                                    source: string;
                                    location: string | null;
                                    runId: string | null;
                                    runLink: string | null;
                                    modelId: string | null;
                                    bundle: {
                                        digest: string;
                                        answers: string;
                                        signer: string;
                                        run: string;
                                        createdAt: string;
                                        network: string;
                                        labels: string[];
                                        positive?: string[] | null;
                                        metrics: {
                                            [key: string]: {
                                                value: number;
                                                low: number | null;
                                                high: number | null;
                                            };
                                        };
                                        stamps: string[];
                                        leaks: {
                                            groups: number;
                                            exact: number;
                                            near: number;
                                            exposed: {
                                                val: number;
                                                test: number;
                                            };
                                            accepted: {
                                                reason: string;
                                                by: string;
                                                at: string;
                                            } | null;
                                        } | null;
                                    } | null;
                                    lineage: {
                                        trainer: string | null;
                                        dataset: {
                                            name: string;
                                            version: number;
                                            digest: string;
                                        } | null;
                                        code: string | null;
                                        oslerVersion: string | null;
                                        engine: string | null;
                                        seed: number | null;
                                        config: string | null;
                                        pretrained: string | null;
                                        parent: {
                                            model: string;
                                            version: number;
                                        } | null;
                                    };
                                };
                            };
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the policy asks of the versions of a model */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Whether registry/policy.yaml says it; else the built-in rules are in force. */
                            written: boolean;
                            digest: string;
                            /** @description Of this model. */
                            rules: {
                                gates: string[];
                                /** @enum {string} */
                                leaky: "refuse" | "allow";
                                champion: {
                                    margin: number;
                                    /** @enum {string} */
                                    metric?: "accuracy" | "topClassAccuracy" | "balancedAccuracy" | "macroPrecision" | "macroRecall" | "macroF1" | "weightedPrecision" | "weightedRecall" | "weightedF1" | "kappa" | "quadraticKappa" | "mcc" | "auroc" | "macroAuroc" | "weightedAuroc" | "partialAuroc" | "averagePrecision" | "macroAveragePrecision" | "weightedAveragePrecision" | "sensitivityAtSpecificity" | "specificityAtSensitivity" | "sensitivity" | "specificity" | "ppv" | "npv" | "operatingPointAccuracy" | "netBenefit" | "brier" | "logLoss" | "ece" | "adaptiveEce" | "positiveBrier" | "brierReliability" | "brierResolution" | "brierUncertainty" | "positiveEce" | "positiveAdaptiveEce" | "calibrationSlope" | "calibrationIntercept";
                                } | null;
                                approvers: number;
                                trainerMayApprove: boolean;
                                protected: string[];
                                /** @enum {string} */
                                external: "free" | "approval";
                            };
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/lineage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where its newest versions come from, and where they answer */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            nodes: {
                                id: string;
                                /** @enum {string} */
                                kind: "dataset" | "weights" | "run" | "version" | "deployment";
                                name: string;
                                state: string | null;
                                stamps: string[];
                                leaks: {
                                    groups: number;
                                    exact: number;
                                    near: number;
                                    exposed: {
                                        val: number;
                                        test: number;
                                    };
                                } | null;
                                /** @description Whether it is at hand: a bundle travels without its run and its dataset. */
                                here: boolean;
                                facts: {
                                    term: string;
                                    text: string;
                                }[];
                            }[];
                            edges: {
                                from: string;
                                to: string;
                                words: string;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}/lineage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where one version comes from, and where it answers */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            nodes: {
                                id: string;
                                /** @enum {string} */
                                kind: "dataset" | "weights" | "run" | "version" | "deployment";
                                name: string;
                                state: string | null;
                                stamps: string[];
                                leaks: {
                                    groups: number;
                                    exact: number;
                                    near: number;
                                    exposed: {
                                        val: number;
                                        test: number;
                                    };
                                } | null;
                                /** @description Whether it is at hand: a bundle travels without its run and its dataset. */
                                here: boolean;
                                facts: {
                                    term: string;
                                    text: string;
                                }[];
                            }[];
                            edges: {
                                from: string;
                                to: string;
                                words: string;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}/card": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a version says of itself: its model card, and the manifest of its bundle, checked */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description The model card that was signed with the bundle. */
                            markdown: string | null;
                            /** @description bundle.json, as it was signed. */
                            manifest: {
                                [key: string]: components["schemas"]["AnyJson"];
                            };
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/models/{name}/versions/{version}/differences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What differs from another version: lineage, recipe, metrics, what they decide by */
        get: {
            parameters: {
                query: {
                    /** @description `skin@1`, `skin@champion`. */
                    against: string;
                };
                header?: never;
                path: {
                    name: string;
                    version: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            first: string;
                            second: string;
                            differences: {
                                key: string;
                                first: string | null;
                                second: string | null;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What was live at a moment: by alias, and in deployments; who put it there, and who had approved it
         * @description Read from the audit trail and from revisions that are written once, exact to the millisecond.
         */
        get: {
            parameters: {
                query?: {
                    /** @description A moment with its zone; now where none is named. */
                    at?: string;
                    /** @description What counts as live; `champion` where none is named. */
                    alias?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            at: string | null;
                            alias: string;
                            models: {
                                model: string;
                                version: number;
                                since: {
                                    who: string;
                                    via: string;
                                    /** Format: date-time */
                                    at: string;
                                    why: string | null;
                                    seq: number;
                                };
                                rollback: boolean;
                                override: string | null;
                                /**
                                 * @description As it was then.
                                 * @enum {string}
                                 */
                                status: "pending" | "approved" | "rejected" | "retired";
                                digest: string | null;
                                source: string;
                                registered: {
                                    who: string;
                                    via: string;
                                    /** Format: date-time */
                                    at: string;
                                    why: string | null;
                                    seq: number;
                                };
                                approvals: {
                                    who: string;
                                    via: string;
                                    /** Format: date-time */
                                    at: string;
                                    why: string | null;
                                    seq: number;
                                    override: string | null;
                                    failed: string[];
                                }[];
                            }[];
                            deployments: {
                                name: string;
                                revision: {
                                    number: number;
                                    /** Format: date-time */
                                    at: string;
                                    who: string;
                                    what: string;
                                    why: string | null;
                                };
                                override: string | null;
                                members: {
                                    name: string;
                                    model: string;
                                    version: number | null;
                                    /** @enum {string} */
                                    role: "live" | "canary" | "shadow";
                                    share: number;
                                }[];
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who did what, when, how and why, with what before and after; newest first */
        get: {
            parameters: {
                query?: {
                    /** @description Exactly this one: `skin@3`, `deployment derma`. */
                    subject?: string;
                    /** @description A model with its versions and aliases. */
                    model?: string;
                    who?: string;
                    limit?: number;
                    /** @description `next` of the page before. */
                    before?: number;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            events: {
                                seq: number;
                                /** Format: date-time */
                                at: string;
                                who: string;
                                via: string;
                                what: string;
                                subject: string;
                                why: string | null;
                                before: components["schemas"]["AnyJson"] | null;
                                after: components["schemas"]["AnyJson"] | null;
                                hash: string;
                                /** @description Id of the key that signed it. */
                                key: string;
                            }[];
                            next: number | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/trail/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far the verification is, and what the last one found */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            work: ({
                                /** @enum {string} */
                                state: "running";
                                task: string | null;
                                done: number | null;
                                total: number | null;
                            } | {
                                /** @enum {string} */
                                state: "done";
                            } | {
                                /** @enum {string} */
                                state: "failed";
                                error: {
                                    /** @description Names one kind of mistake for ever; match on this. */
                                    code: string;
                                    message: string;
                                    hint?: string;
                                };
                            }) | null;
                            /** @description When the last one ended. */
                            at: string | null;
                            result: {
                                ok: boolean;
                                events: number;
                                versions: number;
                                bundles: number;
                                head: {
                                    seq: number;
                                    hash: string;
                                    /** Format: date-time */
                                    at: string;
                                } | null;
                                keys: {
                                    id: string;
                                    events: number;
                                    trusted: boolean;
                                }[];
                                faults: {
                                    seq: number | null;
                                    words: string;
                                }[];
                            } | null;
                        };
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        /** Look for any alteration: of events, their chain, the registry, deployments, evidence, registered bundles */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /**
                         * @description Every byte of every bundle, too.
                         * @default true
                         */
                        files?: boolean;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            work: ({
                                /** @enum {string} */
                                state: "running";
                                task: string | null;
                                done: number | null;
                                total: number | null;
                            } | {
                                /** @enum {string} */
                                state: "done";
                            } | {
                                /** @enum {string} */
                                state: "failed";
                                error: {
                                    /** @description Names one kind of mistake for ever; match on this. */
                                    code: string;
                                    message: string;
                                    hint?: string;
                                };
                            }) | null;
                            /** @description When the last one ended. */
                            at: string | null;
                            result: {
                                ok: boolean;
                                events: number;
                                versions: number;
                                bundles: number;
                                head: {
                                    seq: number;
                                    hash: string;
                                    /** Format: date-time */
                                    at: string;
                                } | null;
                                keys: {
                                    id: string;
                                    events: number;
                                    trusted: boolean;
                                }[];
                                faults: {
                                    seq: number | null;
                                    words: string;
                                }[];
                            } | null;
                        };
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        /** Cancel the verification under way */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            work: ({
                                /** @enum {string} */
                                state: "running";
                                task: string | null;
                                done: number | null;
                                total: number | null;
                            } | {
                                /** @enum {string} */
                                state: "done";
                            } | {
                                /** @enum {string} */
                                state: "failed";
                                error: {
                                    /** @description Names one kind of mistake for ever; match on this. */
                                    code: string;
                                    message: string;
                                    hint?: string;
                                };
                            }) | null;
                            /** @description When the last one ended. */
                            at: string | null;
                            result: {
                                ok: boolean;
                                events: number;
                                versions: number;
                                bundles: number;
                                head: {
                                    seq: number;
                                    hash: string;
                                    /** Format: date-time */
                                    at: string;
                                } | null;
                                keys: {
                                    id: string;
                                    events: number;
                                    trusted: boolean;
                                }[];
                                faults: {
                                    seq: number | null;
                                    words: string;
                                }[];
                            } | null;
                        };
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prometheus metrics */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As it is. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "text/plain": string;
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/predict/image": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Predict one image
         * @description The image as multipart/form-data (field `file`), as raw bytes, or as base64 in JSON.
         */
        post: {
            parameters: {
                query?: {
                    /** @description `true` adds a heat map over the image to the answer; `map` the map by itself, transparent, to be laid over it. */
                    heatmap?: "0" | "1" | "true" | "false" | "" | "map";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "multipart/form-data": {
                        /** Format: binary */
                        file: string;
                    };
                    "application/octet-stream": string;
                    "image/*": string;
                    "application/json": {
                        /** Format: byte */
                        image: string;
                        /** @enum {unknown} */
                        heatmap?: true | false | "map";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            requestId: string;
                            /** @description The class decided for: with two classes the verdict at the operating point, else the most probable class, or the one that `classRule` of the model bids. */
                            label: string;
                            /** @description By class; they sum to 1. */
                            probabilities: {
                                [key: string]: number;
                            };
                            /** @description The verdict at the operating point; absent when the bundle names no positive classes. */
                            positive?: {
                                /** @description The classes whose probabilities are summed. */
                                labels: string[];
                                probability: number;
                                /** @description The operating point, chosen on validation data. */
                                threshold: number;
                                /** @description Whether the summed probability reaches the threshold. */
                                verdict: boolean;
                            };
                            /** @description Conformal set, fitted on validation data; absent when the bundle has none. */
                            set?: {
                                /** @description The classes that fit; may be several, or none. */
                                labels: string[];
                                /** @description Share of each class for which the set holds the truth. */
                                coverage: number;
                            };
                            /** @description How unlike the validation images this one is; absent when the bundle cannot tell. */
                            outOfDistribution?: {
                                /** @description Whether a score is above its limit: the image is unlike those of validation. */
                                verdict: boolean;
                                /** @description -log of the summed exponentials of the logits. */
                                energy: {
                                    score: number;
                                    limit: number | null;
                                };
                                /** @description The embedding's distance to the nearest class, in standard deviations. */
                                mahalanobis: {
                                    score: number;
                                    limit: number | null;
                                } | null;
                                /** @description Distance of what the image looks like: brightness, colours, texture. */
                                appearance: {
                                    score: number;
                                    limit: number | null;
                                } | null;
                                /** @description Share of validation images that the limits call unlike. */
                                falseAlarmRate: number;
                            };
                            /** @description Warnings that the data or the run behind the model carries, such as `leaky`. */
                            stamps: string[];
                            /** @description What `leaky` among the stamps is for: groups, sets of exact and of near copies on both sides of the split, and samples of val and test with a counterpart in train. */
                            leaks?: {
                                groups: number;
                                exact: number;
                                near: number;
                                exposed: {
                                    val: number;
                                    test: number;
                                };
                            };
                            model: {
                                name: string;
                                run: string;
                            };
                            heatmap?: {
                                /** @description The class that the map speaks for. */
                                explained: string;
                                /** @description Whether nothing in the image speaks for that class: then the map shows nothing. */
                                blank: boolean;
                                /** @description Rows and columns of places that the network tells apart; of fewer than 4 x 4 the map points at nothing. */
                                grid: number[];
                                /** @description PNG as a data URL: the image as the network sees it with the evidence over it, or the evidence by itself. */
                                image: string;
                            };
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/model/info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is served, and what is known of it */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            run: string;
                            createdAt: string;
                            labels: string[];
                            parameters: number;
                            preprocess: {
                                height: number;
                                width: number;
                                trim?: number;
                                /** @enum {string} */
                                fit: "stretch" | "crop" | "pad";
                                channels: 1 | 3;
                                mean: number[];
                                std: number[];
                            };
                            /**
                             * @description In which views the network looks at an image: `mirrors` is the mean of four, at four passes an image.
                             * @enum {string}
                             */
                            views: "none" | "mirrors";
                            temperature: number;
                            /**
                             * @description What the probabilities come from; by itself `temperature` says it all only where this is `temperature`.
                             * @enum {string}
                             */
                            calibration: "temperature" | "vector" | "isotonic";
                            operatingPoint: {
                                positive: string[];
                                threshold: number;
                                rule: string;
                            } | null;
                            /** @description How one of several classes is decided for: the largest probability / share^tau. Null: the most probable. */
                            classRule: {
                                /** @enum {string} */
                                method: "balanced";
                                tau: number;
                                shares: number[];
                            } | null;
                            conformal: {
                                coverage: number;
                                /** @description Classes in every set, as validation had too few samples of them. */
                                always: string[];
                            } | null;
                            outOfDistribution: {
                                falseAlarmRate: number;
                            } | null;
                            /** @description Of the test split, with 95% intervals. */
                            metrics: {
                                [key: string]: {
                                    value: number;
                                    low: number | null;
                                    high: number | null;
                                };
                            };
                            dataset: {
                                name: string;
                                version: number;
                                digest: string;
                            };
                            stamps: string[];
                            /** @description What `leaky` among the stamps is for. */
                            leaks: {
                                groups: number;
                                exact: number;
                                near: number;
                                exposed: {
                                    val: number;
                                    test: number;
                                };
                                /** @description Why it was used all the same. */
                                reason: string | null;
                            } | null;
                            oslerVersion: string;
                        };
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/predict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Predict one image by a deployment
         * @description The image as multipart/form-data (field `file`), as raw bytes, or as base64 in JSON; beside it, as fields, headers `x-osler-...` or JSON: key, priority, deadlineMs, deployment, heatmap.
         */
        post: {
            parameters: {
                query?: {
                    deployment?: string;
                    /** @description `true` adds a heat map over the image to the answer; `map` the map by itself, transparent, to be laid over it. */
                    heatmap?: "0" | "1" | "true" | "false" | "" | "map";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "multipart/form-data": {
                        /** Format: binary */
                        file: string;
                        deployment?: string;
                        key?: string;
                        /** @enum {string} */
                        priority?: "high" | "normal" | "low";
                        deadlineMs?: number;
                        version?: string;
                        /** @enum {unknown} */
                        heatmap?: true | false | "map";
                    };
                    "application/octet-stream": string;
                    "image/*": string;
                    "application/json": {
                        /** Format: byte */
                        image: string;
                        deployment?: string;
                        key?: string;
                        /** @enum {string} */
                        priority?: "high" | "normal" | "low";
                        deadlineMs?: number;
                        version?: string;
                        /** @enum {unknown} */
                        heatmap?: true | false | "map";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description Names the answer for feedback and replay. */
                            requestId: string;
                            /** @description The class decided for: with two classes the verdict at the operating point, else the most probable class, or the one that `classRule` of the model bids. */
                            label: string;
                            /** @description By class; they sum to 1. */
                            probabilities: {
                                [key: string]: number;
                            };
                            /** @description The verdict at the operating point; absent when the bundle names no positive classes. */
                            positive?: {
                                /** @description The classes whose probabilities are summed. */
                                labels: string[];
                                probability: number;
                                /** @description The operating point, chosen on validation data. */
                                threshold: number;
                                /** @description Whether the summed probability reaches the threshold. */
                                verdict: boolean;
                            };
                            /** @description Conformal set, fitted on validation data; absent when the bundle has none. */
                            set?: {
                                /** @description The classes that fit; may be several, or none. */
                                labels: string[];
                                /** @description Share of each class for which the set holds the truth. */
                                coverage: number;
                            };
                            /** @description How unlike the validation images this one is; absent when the bundle cannot tell. */
                            outOfDistribution?: {
                                /** @description Whether a score is above its limit: the image is unlike those of validation. */
                                verdict: boolean;
                                /** @description -log of the summed exponentials of the logits. */
                                energy: {
                                    score: number;
                                    limit: number | null;
                                };
                                /** @description The embedding's distance to the nearest class, in standard deviations. */
                                mahalanobis: {
                                    score: number;
                                    limit: number | null;
                                } | null;
                                /** @description Distance of what the image looks like: brightness, colours, texture. */
                                appearance: {
                                    score: number;
                                    limit: number | null;
                                } | null;
                                /** @description Share of validation images that the limits call unlike. */
                                falseAlarmRate: number;
                            };
                            /** @description Warnings that the data or the run behind the model carries, such as `leaky`. */
                            stamps: string[];
                            /** @description What `leaky` among the stamps is for: groups, sets of exact and of near copies on both sides of the split, and samples of val and test with a counterpart in train. */
                            leaks?: {
                                groups: number;
                                exact: number;
                                near: number;
                                exposed: {
                                    val: number;
                                    test: number;
                                };
                            };
                            model: {
                                /** @description Of the registered model. */
                                name: string;
                                version: number;
                                /** @description sha256 of the bundle's manifest. */
                                digest: string;
                                network: string;
                                run: string;
                            };
                            heatmap?: {
                                /** @description The class that the map speaks for. */
                                explained: string;
                                /** @description Whether nothing in the image speaks for that class: then the map shows nothing. */
                                blank: boolean;
                                /** @description Rows and columns of places that the network tells apart; of fewer than 4 x 4 the map points at nothing. */
                                grid: number[];
                                /** @description PNG as a data URL: the image as the network sees it with the evidence over it, or the evidence by itself. */
                                image: string;
                            };
                            /** @description Why a person should decide; null where nothing speaks against the model. */
                            abstention: {
                                /** @enum {string} */
                                reason: "unlike" | "several" | "none";
                                words: string;
                            } | null;
                            /** @description Which variant answered, and by what it was chosen. */
                            routing: {
                                deployment: string;
                                revision: number;
                                variant: string;
                                /** @enum {string} */
                                role: "live" | "canary";
                                /** @enum {string} */
                                by: "patient" | "session" | "request" | "version";
                                /** @description The variant that the key belongs to, where that one failed. */
                                insteadOf?: string;
                            };
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                504: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/predict/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Predict several images by a deployment
         * @description A form with files, or JSON {"items": [{"image": base64, "key"?}]}.
         */
        post: {
            parameters: {
                query?: {
                    deployment?: string;
                    /** @description `true` adds a heat map over the image to the answer; `map` the map by itself, transparent, to be laid over it. */
                    heatmap?: "0" | "1" | "true" | "false" | "" | "map";
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "multipart/form-data": {
                        file: string[];
                        deployment?: string;
                        key?: string;
                        /** @enum {string} */
                        priority?: "high" | "normal" | "low";
                        deadlineMs?: number;
                        version?: string;
                        /** @enum {unknown} */
                        heatmap?: true | false | "map";
                    };
                    "application/json": {
                        items: {
                            /** Format: byte */
                            image: string;
                            key?: string;
                        }[];
                        deployment?: string;
                        /** @enum {string} */
                        priority?: "high" | "normal" | "low";
                        deadlineMs?: number;
                        version?: string;
                        /** @enum {unknown} */
                        heatmap?: true | false | "map";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description In the images' order; an error stands in its image's place. */
                            answers: ({
                                /** @description Names the answer for feedback and replay. */
                                requestId: string;
                                /** @description The class decided for: with two classes the verdict at the operating point, else the most probable class, or the one that `classRule` of the model bids. */
                                label: string;
                                /** @description By class; they sum to 1. */
                                probabilities: {
                                    [key: string]: number;
                                };
                                /** @description The verdict at the operating point; absent when the bundle names no positive classes. */
                                positive?: {
                                    /** @description The classes whose probabilities are summed. */
                                    labels: string[];
                                    probability: number;
                                    /** @description The operating point, chosen on validation data. */
                                    threshold: number;
                                    /** @description Whether the summed probability reaches the threshold. */
                                    verdict: boolean;
                                };
                                /** @description Conformal set, fitted on validation data; absent when the bundle has none. */
                                set?: {
                                    /** @description The classes that fit; may be several, or none. */
                                    labels: string[];
                                    /** @description Share of each class for which the set holds the truth. */
                                    coverage: number;
                                };
                                /** @description How unlike the validation images this one is; absent when the bundle cannot tell. */
                                outOfDistribution?: {
                                    /** @description Whether a score is above its limit: the image is unlike those of validation. */
                                    verdict: boolean;
                                    /** @description -log of the summed exponentials of the logits. */
                                    energy: {
                                        score: number;
                                        limit: number | null;
                                    };
                                    /** @description The embedding's distance to the nearest class, in standard deviations. */
                                    mahalanobis: {
                                        score: number;
                                        limit: number | null;
                                    } | null;
                                    /** @description Distance of what the image looks like: brightness, colours, texture. */
                                    appearance: {
                                        score: number;
                                        limit: number | null;
                                    } | null;
                                    /** @description Share of validation images that the limits call unlike. */
                                    falseAlarmRate: number;
                                };
                                /** @description Warnings that the data or the run behind the model carries, such as `leaky`. */
                                stamps: string[];
                                /** @description What `leaky` among the stamps is for: groups, sets of exact and of near copies on both sides of the split, and samples of val and test with a counterpart in train. */
                                leaks?: {
                                    groups: number;
                                    exact: number;
                                    near: number;
                                    exposed: {
                                        val: number;
                                        test: number;
                                    };
                                };
                                model: {
                                    /** @description Of the registered model. */
                                    name: string;
                                    version: number;
                                    /** @description sha256 of the bundle's manifest. */
                                    digest: string;
                                    network: string;
                                    run: string;
                                };
                                heatmap?: {
                                    /** @description The class that the map speaks for. */
                                    explained: string;
                                    /** @description Whether nothing in the image speaks for that class: then the map shows nothing. */
                                    blank: boolean;
                                    /** @description Rows and columns of places that the network tells apart; of fewer than 4 x 4 the map points at nothing. */
                                    grid: number[];
                                    /** @description PNG as a data URL: the image as the network sees it with the evidence over it, or the evidence by itself. */
                                    image: string;
                                };
                                /** @description Why a person should decide; null where nothing speaks against the model. */
                                abstention: {
                                    /** @enum {string} */
                                    reason: "unlike" | "several" | "none";
                                    words: string;
                                } | null;
                                /** @description Which variant answered, and by what it was chosen. */
                                routing: {
                                    deployment: string;
                                    revision: number;
                                    variant: string;
                                    /** @enum {string} */
                                    role: "live" | "canary";
                                    /** @enum {string} */
                                    by: "patient" | "session" | "request" | "version";
                                    /** @description The variant that the key belongs to, where that one failed. */
                                    insteadOf?: string;
                                };
                            } | components["schemas"]["ErrorBody"])[];
                            answered: number;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                504: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/feedback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say what turned out to be true
         * @description However late. Said again of the same prediction it is a correction: the last one counts.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description The answer's requestId. */
                        prediction: string;
                        /** @description The class that turned out to be true. */
                        label: string;
                        /** @description Who says so, where nobody is asked who they are. */
                        who?: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            prediction: string;
                            label: string;
                            variants: {
                                variant: string;
                                label: string;
                                correct: boolean;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/predictions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A prediction's log entries, those of shadows too */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            variants: {
                                variant: string;
                                role: string;
                                revision: number;
                                model: string;
                                version: number;
                                digest: string;
                                /** Format: date-time */
                                at: string;
                                image: string | null;
                                outcome: string;
                                milliseconds: number;
                                answer: {
                                    [key: string]: components["schemas"]["AnyJson"];
                                } | null;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/predictions/{id}/replay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Predict the same image again with the same bundles
         * @description The image as for a prediction. It must be the very file.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "multipart/form-data": {
                        /** Format: binary */
                        file: string;
                    };
                    "application/octet-stream": string;
                    "image/*": string;
                    "application/json": {
                        /** Format: byte */
                        image: string;
                        /** @enum {unknown} */
                        heatmap?: true | false | "map";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            variants: {
                                variant: string;
                                model: string;
                                same: boolean;
                                maxDifference: number;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deployments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All deployments */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            /** Format: date-time */
                            createdAt: string;
                            revision: {
                                number: number;
                                /** Format: date-time */
                                at: string;
                                who: string;
                                what: string;
                                why: string | null;
                                spec: {
                                    live: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                        weight: number;
                                    }[];
                                    canary: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                        step: number;
                                        since: number;
                                        plan: {
                                            steps: number[];
                                            minRequests: number;
                                            minSeconds: number;
                                            maxErrorRate: number;
                                            /** @description Of its 95th percentile to the live ones', from 40 answers of either on; null: not compared. */
                                            maxLatencyRatio: number | null;
                                            quality: boolean;
                                        };
                                    } | null;
                                    shadows: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                    }[];
                                    /** @enum {string} */
                                    sticky: "patient" | "session" | "request";
                                    limits: {
                                        maxBatch: number;
                                        maxDelayMs: number;
                                        concurrency: number;
                                        queue: number;
                                        deadlineMs: number;
                                    };
                                    /** @description How much of the log of answers is kept; null: all of it. */
                                    keep: {
                                        days: number | null;
                                        answers: number | null;
                                    };
                                    override: string | null;
                                };
                            };
                            members: {
                                name: string;
                                model: string;
                                version?: number;
                                alias?: string;
                                /** @description Of the bundle that the numbered version was when it was named. */
                                digest?: string;
                                /** @enum {string} */
                                role: "live" | "canary" | "shadow";
                                share: number;
                            }[];
                            /** @description By this server; null where it does not serve it. */
                            served: {
                                revision: number;
                                members: {
                                    name: string;
                                    version: number;
                                    digest: string;
                                }[];
                                active: number;
                                waiting: number;
                                /** @description Members that can not answer; the others have their share. */
                                leftOut: {
                                    name: string;
                                    /** @enum {string} */
                                    role: "live" | "canary" | "shadow";
                                    why: string;
                                }[];
                                /** @description What keeps it, or some of its members, from the revision in force. */
                                fault: string | null;
                            } | null;
                            /** @description What keeps this server from answering for it, wholly or in part. */
                            fault: string | null;
                        }[];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        /** Make a deployment */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        live: {
                            model: string;
                            /** @default 1 */
                            weight?: number;
                        }[];
                        shadows?: string[];
                        /** @enum {string} */
                        sticky?: "patient" | "session" | "request";
                        limits?: {
                            maxBatch?: number;
                            maxDelayMs?: number;
                            concurrency?: number;
                            queue?: number;
                            deadlineMs?: number;
                        };
                        keep?: {
                            days?: number | null;
                            answers?: number | null;
                        };
                        override?: string | null;
                        /** @description In words; kept in the audit trail. */
                        why?: string;
                        /** @description A name for the trail, where nobody is asked who they are. */
                        who?: string;
                        /** @description Refused with 409 where another one is in force: for who decides by what was shown. */
                        revision?: number;
                        name: string;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            /** Format: date-time */
                            createdAt: string;
                            revision: {
                                number: number;
                                /** Format: date-time */
                                at: string;
                                who: string;
                                what: string;
                                why: string | null;
                                spec: {
                                    live: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                        weight: number;
                                    }[];
                                    canary: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                        step: number;
                                        since: number;
                                        plan: {
                                            steps: number[];
                                            minRequests: number;
                                            minSeconds: number;
                                            maxErrorRate: number;
                                            /** @description Of its 95th percentile to the live ones', from 40 answers of either on; null: not compared. */
                                            maxLatencyRatio: number | null;
                                            quality: boolean;
                                        };
                                    } | null;
                                    shadows: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                    }[];
                                    /** @enum {string} */
                                    sticky: "patient" | "session" | "request";
                                    limits: {
                                        maxBatch: number;
                                        maxDelayMs: number;
                                        concurrency: number;
                                        queue: number;
                                        deadlineMs: number;
                                    };
                                    /** @description How much of the log of answers is kept; null: all of it. */
                                    keep: {
                                        days: number | null;
                                        answers: number | null;
                                    };
                                    override: string | null;
                                };
                            };
                            members: {
                                name: string;
                                model: string;
                                version?: number;
                                alias?: string;
                                /** @description Of the bundle that the numbered version was when it was named. */
                                digest?: string;
                                /** @enum {string} */
                                role: "live" | "canary" | "shadow";
                                share: number;
                            }[];
                            /** @description By this server; null where it does not serve it. */
                            served: {
                                revision: number;
                                members: {
                                    name: string;
                                    version: number;
                                    digest: string;
                                }[];
                                active: number;
                                waiting: number;
                                /** @description Members that can not answer; the others have their share. */
                                leftOut: {
                                    name: string;
                                    /** @enum {string} */
                                    role: "live" | "canary" | "shadow";
                                    why: string;
                                }[];
                                /** @description What keeps it, or some of its members, from the revision in force. */
                                fault: string | null;
                            } | null;
                            /** @description What keeps this server from answering for it, wholly or in part. */
                            fault: string | null;
                        };
                    };
                };
                /** @description Default Response */
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            /** Format: date-time */
                            createdAt: string;
                            revision: {
                                number: number;
                                /** Format: date-time */
                                at: string;
                                who: string;
                                what: string;
                                why: string | null;
                                spec: {
                                    live: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                        weight: number;
                                    }[];
                                    canary: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                        step: number;
                                        since: number;
                                        plan: {
                                            steps: number[];
                                            minRequests: number;
                                            minSeconds: number;
                                            maxErrorRate: number;
                                            /** @description Of its 95th percentile to the live ones', from 40 answers of either on; null: not compared. */
                                            maxLatencyRatio: number | null;
                                            quality: boolean;
                                        };
                                    } | null;
                                    shadows: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                    }[];
                                    /** @enum {string} */
                                    sticky: "patient" | "session" | "request";
                                    limits: {
                                        maxBatch: number;
                                        maxDelayMs: number;
                                        concurrency: number;
                                        queue: number;
                                        deadlineMs: number;
                                    };
                                    /** @description How much of the log of answers is kept; null: all of it. */
                                    keep: {
                                        days: number | null;
                                        answers: number | null;
                                    };
                                    override: string | null;
                                };
                            };
                            members: {
                                name: string;
                                model: string;
                                version?: number;
                                alias?: string;
                                /** @description Of the bundle that the numbered version was when it was named. */
                                digest?: string;
                                /** @enum {string} */
                                role: "live" | "canary" | "shadow";
                                share: number;
                            }[];
                            /** @description By this server; null where it does not serve it. */
                            served: {
                                revision: number;
                                members: {
                                    name: string;
                                    version: number;
                                    digest: string;
                                }[];
                                active: number;
                                waiting: number;
                                /** @description Members that can not answer; the others have their share. */
                                leftOut: {
                                    name: string;
                                    /** @enum {string} */
                                    role: "live" | "canary" | "shadow";
                                    why: string;
                                }[];
                                /** @description What keeps it, or some of its members, from the revision in force. */
                                fault: string | null;
                            } | null;
                            /** @description What keeps this server from answering for it, wholly or in part. */
                            fault: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deployments/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A deployment as it is */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            /** Format: date-time */
                            createdAt: string;
                            revision: {
                                number: number;
                                /** Format: date-time */
                                at: string;
                                who: string;
                                what: string;
                                why: string | null;
                                spec: {
                                    live: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                        weight: number;
                                    }[];
                                    canary: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                        step: number;
                                        since: number;
                                        plan: {
                                            steps: number[];
                                            minRequests: number;
                                            minSeconds: number;
                                            maxErrorRate: number;
                                            /** @description Of its 95th percentile to the live ones', from 40 answers of either on; null: not compared. */
                                            maxLatencyRatio: number | null;
                                            quality: boolean;
                                        };
                                    } | null;
                                    shadows: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                    }[];
                                    /** @enum {string} */
                                    sticky: "patient" | "session" | "request";
                                    limits: {
                                        maxBatch: number;
                                        maxDelayMs: number;
                                        concurrency: number;
                                        queue: number;
                                        deadlineMs: number;
                                    };
                                    /** @description How much of the log of answers is kept; null: all of it. */
                                    keep: {
                                        days: number | null;
                                        answers: number | null;
                                    };
                                    override: string | null;
                                };
                            };
                            members: {
                                name: string;
                                model: string;
                                version?: number;
                                alias?: string;
                                /** @description Of the bundle that the numbered version was when it was named. */
                                digest?: string;
                                /** @enum {string} */
                                role: "live" | "canary" | "shadow";
                                share: number;
                            }[];
                            /** @description By this server; null where it does not serve it. */
                            served: {
                                revision: number;
                                members: {
                                    name: string;
                                    version: number;
                                    digest: string;
                                }[];
                                active: number;
                                waiting: number;
                                /** @description Members that can not answer; the others have their share. */
                                leftOut: {
                                    name: string;
                                    /** @enum {string} */
                                    role: "live" | "canary" | "shadow";
                                    why: string;
                                }[];
                                /** @description What keeps it, or some of its members, from the revision in force. */
                                fault: string | null;
                            } | null;
                            /** @description What keeps this server from answering for it, wholly or in part. */
                            fault: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** End a deployment */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description In words; kept in the audit trail. */
                        why?: string;
                        /** @description A name for the trail, where nobody is asked who they are. */
                        who?: string;
                        /** @description Refused with 409 where another one is in force: for who decides by what was shown. */
                        revision?: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Put another revision in force */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        live?: {
                            model: string;
                            /** @default 1 */
                            weight?: number;
                        }[];
                        shadows?: string[];
                        /** @enum {string} */
                        sticky?: "patient" | "session" | "request";
                        limits?: {
                            maxBatch?: number;
                            maxDelayMs?: number;
                            concurrency?: number;
                            queue?: number;
                            deadlineMs?: number;
                        };
                        keep?: {
                            days?: number | null;
                            answers?: number | null;
                        };
                        override?: string | null;
                        /** @description In words; kept in the audit trail. */
                        why?: string;
                        /** @description A name for the trail, where nobody is asked who they are. */
                        who?: string;
                        /** @description Refused with 409 where another one is in force: for who decides by what was shown. */
                        revision?: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            /** Format: date-time */
                            createdAt: string;
                            revision: {
                                number: number;
                                /** Format: date-time */
                                at: string;
                                who: string;
                                what: string;
                                why: string | null;
                                spec: {
                                    live: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                        weight: number;
                                    }[];
                                    canary: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                        step: number;
                                        since: number;
                                        plan: {
                                            steps: number[];
                                            minRequests: number;
                                            minSeconds: number;
                                            maxErrorRate: number;
                                            /** @description Of its 95th percentile to the live ones', from 40 answers of either on; null: not compared. */
                                            maxLatencyRatio: number | null;
                                            quality: boolean;
                                        };
                                    } | null;
                                    shadows: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                    }[];
                                    /** @enum {string} */
                                    sticky: "patient" | "session" | "request";
                                    limits: {
                                        maxBatch: number;
                                        maxDelayMs: number;
                                        concurrency: number;
                                        queue: number;
                                        deadlineMs: number;
                                    };
                                    /** @description How much of the log of answers is kept; null: all of it. */
                                    keep: {
                                        days: number | null;
                                        answers: number | null;
                                    };
                                    override: string | null;
                                };
                            };
                            members: {
                                name: string;
                                model: string;
                                version?: number;
                                alias?: string;
                                /** @description Of the bundle that the numbered version was when it was named. */
                                digest?: string;
                                /** @enum {string} */
                                role: "live" | "canary" | "shadow";
                                share: number;
                            }[];
                            /** @description By this server; null where it does not serve it. */
                            served: {
                                revision: number;
                                members: {
                                    name: string;
                                    version: number;
                                    digest: string;
                                }[];
                                active: number;
                                waiting: number;
                                /** @description Members that can not answer; the others have their share. */
                                leftOut: {
                                    name: string;
                                    /** @enum {string} */
                                    role: "live" | "canary" | "shadow";
                                    why: string;
                                }[];
                                /** @description What keeps it, or some of its members, from the revision in force. */
                                fault: string | null;
                            } | null;
                            /** @description What keeps this server from answering for it, wholly or in part. */
                            fault: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/v1/deployments/{name}/revisions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All revisions, newest first */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            number: number;
                            /** Format: date-time */
                            at: string;
                            who: string;
                            what: string;
                            why: string | null;
                            spec: {
                                live: {
                                    name: string;
                                    model: string;
                                    version?: number;
                                    alias?: string;
                                    /** @description Of the bundle that the numbered version was when it was named. */
                                    digest?: string;
                                    weight: number;
                                }[];
                                canary: {
                                    name: string;
                                    model: string;
                                    version?: number;
                                    alias?: string;
                                    /** @description Of the bundle that the numbered version was when it was named. */
                                    digest?: string;
                                    step: number;
                                    since: number;
                                    plan: {
                                        steps: number[];
                                        minRequests: number;
                                        minSeconds: number;
                                        maxErrorRate: number;
                                        /** @description Of its 95th percentile to the live ones', from 40 answers of either on; null: not compared. */
                                        maxLatencyRatio: number | null;
                                        quality: boolean;
                                    };
                                } | null;
                                shadows: {
                                    name: string;
                                    model: string;
                                    version?: number;
                                    alias?: string;
                                    /** @description Of the bundle that the numbered version was when it was named. */
                                    digest?: string;
                                }[];
                                /** @enum {string} */
                                sticky: "patient" | "session" | "request";
                                limits: {
                                    maxBatch: number;
                                    maxDelayMs: number;
                                    concurrency: number;
                                    queue: number;
                                    deadlineMs: number;
                                };
                                /** @description How much of the log of answers is kept; null: all of it. */
                                keep: {
                                    days: number | null;
                                    answers: number | null;
                                };
                                override: string | null;
                            };
                        }[];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deployments/{name}/canary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far the canary is, and what its next step waits for */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description From 0. */
                            step: number;
                            /** @description Per cent of the traffic. */
                            steps: number[];
                            /** @description Per cent of the next step; null: it becomes live. */
                            next: number | null;
                            /** @description At this step. */
                            seconds: number;
                            /** Format: date-time */
                            since: string;
                            record: {
                                answers: number;
                                failures: number;
                                /** @description 95% interval that holds at every look. */
                                failing: {
                                    low: number;
                                    high: number;
                                } | null;
                                /** @description 95th percentiles. */
                                latency: {
                                    own: number;
                                    live: number;
                                } | null;
                            };
                            conditions: {
                                /** @enum {string} */
                                what: "requests" | "seconds" | "failures" | "latency" | "quality";
                                /** @enum {string} */
                                state: "met" | "waiting" | "broken" | "unasked";
                                words: string;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        /** Begin a canary */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        model: string;
                        plan?: {
                            steps?: number[];
                            minRequests?: number;
                            minSeconds?: number;
                            maxErrorRate?: number;
                            /** @description Of its 95th percentile to the live ones', from 40 answers of either on; null: not compared. */
                            maxLatencyRatio?: number | null;
                            quality?: boolean;
                        };
                        /** @description In words; kept in the audit trail. */
                        why?: string;
                        /** @description A name for the trail, where nobody is asked who they are. */
                        who?: string;
                        /** @description Refused with 409 where another one is in force: for who decides by what was shown. */
                        revision?: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            /** Format: date-time */
                            createdAt: string;
                            revision: {
                                number: number;
                                /** Format: date-time */
                                at: string;
                                who: string;
                                what: string;
                                why: string | null;
                                spec: {
                                    live: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                        weight: number;
                                    }[];
                                    canary: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                        step: number;
                                        since: number;
                                        plan: {
                                            steps: number[];
                                            minRequests: number;
                                            minSeconds: number;
                                            maxErrorRate: number;
                                            /** @description Of its 95th percentile to the live ones', from 40 answers of either on; null: not compared. */
                                            maxLatencyRatio: number | null;
                                            quality: boolean;
                                        };
                                    } | null;
                                    shadows: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                    }[];
                                    /** @enum {string} */
                                    sticky: "patient" | "session" | "request";
                                    limits: {
                                        maxBatch: number;
                                        maxDelayMs: number;
                                        concurrency: number;
                                        queue: number;
                                        deadlineMs: number;
                                    };
                                    /** @description How much of the log of answers is kept; null: all of it. */
                                    keep: {
                                        days: number | null;
                                        answers: number | null;
                                    };
                                    override: string | null;
                                };
                            };
                            members: {
                                name: string;
                                model: string;
                                version?: number;
                                alias?: string;
                                /** @description Of the bundle that the numbered version was when it was named. */
                                digest?: string;
                                /** @enum {string} */
                                role: "live" | "canary" | "shadow";
                                share: number;
                            }[];
                            /** @description By this server; null where it does not serve it. */
                            served: {
                                revision: number;
                                members: {
                                    name: string;
                                    version: number;
                                    digest: string;
                                }[];
                                active: number;
                                waiting: number;
                                /** @description Members that can not answer; the others have their share. */
                                leftOut: {
                                    name: string;
                                    /** @enum {string} */
                                    role: "live" | "canary" | "shadow";
                                    why: string;
                                }[];
                                /** @description What keeps it, or some of its members, from the revision in force. */
                                fault: string | null;
                            } | null;
                            /** @description What keeps this server from answering for it, wholly or in part. */
                            fault: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deployments/{name}/promote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Let the canary take the place of the live ones */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description In words; kept in the audit trail. */
                        why?: string;
                        /** @description A name for the trail, where nobody is asked who they are. */
                        who?: string;
                        /** @description Refused with 409 where another one is in force: for who decides by what was shown. */
                        revision?: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            /** Format: date-time */
                            createdAt: string;
                            revision: {
                                number: number;
                                /** Format: date-time */
                                at: string;
                                who: string;
                                what: string;
                                why: string | null;
                                spec: {
                                    live: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                        weight: number;
                                    }[];
                                    canary: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                        step: number;
                                        since: number;
                                        plan: {
                                            steps: number[];
                                            minRequests: number;
                                            minSeconds: number;
                                            maxErrorRate: number;
                                            /** @description Of its 95th percentile to the live ones', from 40 answers of either on; null: not compared. */
                                            maxLatencyRatio: number | null;
                                            quality: boolean;
                                        };
                                    } | null;
                                    shadows: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                    }[];
                                    /** @enum {string} */
                                    sticky: "patient" | "session" | "request";
                                    limits: {
                                        maxBatch: number;
                                        maxDelayMs: number;
                                        concurrency: number;
                                        queue: number;
                                        deadlineMs: number;
                                    };
                                    /** @description How much of the log of answers is kept; null: all of it. */
                                    keep: {
                                        days: number | null;
                                        answers: number | null;
                                    };
                                    override: string | null;
                                };
                            };
                            members: {
                                name: string;
                                model: string;
                                version?: number;
                                alias?: string;
                                /** @description Of the bundle that the numbered version was when it was named. */
                                digest?: string;
                                /** @enum {string} */
                                role: "live" | "canary" | "shadow";
                                share: number;
                            }[];
                            /** @description By this server; null where it does not serve it. */
                            served: {
                                revision: number;
                                members: {
                                    name: string;
                                    version: number;
                                    digest: string;
                                }[];
                                active: number;
                                waiting: number;
                                /** @description Members that can not answer; the others have their share. */
                                leftOut: {
                                    name: string;
                                    /** @enum {string} */
                                    role: "live" | "canary" | "shadow";
                                    why: string;
                                }[];
                                /** @description What keeps it, or some of its members, from the revision in force. */
                                fault: string | null;
                            } | null;
                            /** @description What keeps this server from answering for it, wholly or in part. */
                            fault: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deployments/{name}/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go back to what was in force before */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        to?: number;
                        /** @description In words; kept in the audit trail. */
                        why?: string;
                        /** @description A name for the trail, where nobody is asked who they are. */
                        who?: string;
                        /** @description Refused with 409 where another one is in force: for who decides by what was shown. */
                        revision?: number;
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            /** Format: date-time */
                            createdAt: string;
                            revision: {
                                number: number;
                                /** Format: date-time */
                                at: string;
                                who: string;
                                what: string;
                                why: string | null;
                                spec: {
                                    live: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                        weight: number;
                                    }[];
                                    canary: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                        step: number;
                                        since: number;
                                        plan: {
                                            steps: number[];
                                            minRequests: number;
                                            minSeconds: number;
                                            maxErrorRate: number;
                                            /** @description Of its 95th percentile to the live ones', from 40 answers of either on; null: not compared. */
                                            maxLatencyRatio: number | null;
                                            quality: boolean;
                                        };
                                    } | null;
                                    shadows: {
                                        name: string;
                                        model: string;
                                        version?: number;
                                        alias?: string;
                                        /** @description Of the bundle that the numbered version was when it was named. */
                                        digest?: string;
                                    }[];
                                    /** @enum {string} */
                                    sticky: "patient" | "session" | "request";
                                    limits: {
                                        maxBatch: number;
                                        maxDelayMs: number;
                                        concurrency: number;
                                        queue: number;
                                        deadlineMs: number;
                                    };
                                    /** @description How much of the log of answers is kept; null: all of it. */
                                    keep: {
                                        days: number | null;
                                        answers: number | null;
                                    };
                                    override: string | null;
                                };
                            };
                            members: {
                                name: string;
                                model: string;
                                version?: number;
                                alias?: string;
                                /** @description Of the bundle that the numbered version was when it was named. */
                                digest?: string;
                                /** @enum {string} */
                                role: "live" | "canary" | "shadow";
                                share: number;
                            }[];
                            /** @description By this server; null where it does not serve it. */
                            served: {
                                revision: number;
                                members: {
                                    name: string;
                                    version: number;
                                    digest: string;
                                }[];
                                active: number;
                                waiting: number;
                                /** @description Members that can not answer; the others have their share. */
                                leftOut: {
                                    name: string;
                                    /** @enum {string} */
                                    role: "live" | "canary" | "shadow";
                                    why: string;
                                }[];
                                /** @description What keeps it, or some of its members, from the revision in force. */
                                fault: string | null;
                            } | null;
                            /** @description What keeps this server from answering for it, wholly or in part. */
                            fault: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deployments/{name}/comparison": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What feedback says of the variants */
        get: {
            parameters: {
                query?: {
                    against?: string;
                    since?: string;
                };
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            against: string | null;
                            variants: {
                                variant: string;
                                role: string;
                                /** @description A variant that follows an alias has one entry for each version that it was, the last one first. */
                                version: string | null;
                                labelled: number;
                                units: number;
                                /** @description With a 95% interval that holds however often it is looked at. */
                                accuracy: {
                                    hits: number;
                                    n: number;
                                    value: number;
                                    low: number;
                                    high: number;
                                } | null;
                                /** @description With a 95% interval that holds however often it is looked at. */
                                sensitivity: {
                                    hits: number;
                                    n: number;
                                    value: number;
                                    low: number;
                                    high: number;
                                } | null;
                                /** @description With a 95% interval that holds however often it is looked at. */
                                specificity: {
                                    hits: number;
                                    n: number;
                                    value: number;
                                    low: number;
                                    high: number;
                                } | null;
                                auroc: {
                                    value: number;
                                    low: number | null;
                                    high: number | null;
                                } | null;
                            }[];
                            tests: {
                                variant: string;
                                against: string;
                                /** @enum {string} */
                                design: "independent" | "paired";
                                questions: {
                                    question: string;
                                    /** @description An e-value: against there being no difference. */
                                    evidence: number;
                                    difference: number | null;
                                    n: number;
                                }[];
                                needed: number;
                                /** @enum {string} */
                                verdict: "better" | "worse" | "mixed" | "undecided";
                                words: string;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deployments/{name}/traffic": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Answers, failures and latency of each variant over time
         * @description In at most 120 stretches. Beyond two days ago it is known by the hour.
         */
        get: {
            parameters: {
                query?: {
                    /** @description Until `to`. */
                    hours?: number;
                    /** @description Now where none is named. */
                    to?: string;
                };
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** Format: date-time */
                            from: string;
                            /** Format: date-time */
                            to: string;
                            /** @description Milliseconds of one stretch. */
                            step: number;
                            variants: {
                                variant: string;
                                /** @enum {string} */
                                role: "live" | "canary" | "shadow";
                                total: {
                                    answers: number;
                                    /** @description By the engine's fault, not by the image's. */
                                    failures: number;
                                    /** @description With Wilson's 95% interval. */
                                    failing: {
                                        value: number;
                                        low: number;
                                        high: number;
                                    } | null;
                                    /** @description Within 5%. */
                                    latency: {
                                        p50: number;
                                        p95: number;
                                        p99: number;
                                    } | null;
                                    /** @description `ok` and errors' codes. */
                                    outcomes: {
                                        [key: string]: number;
                                    };
                                };
                                /** @description From `from` on. */
                                stretches: {
                                    answers: number;
                                    /** @description By the engine's fault, not by the image's. */
                                    failures: number;
                                    /** @description With Wilson's 95% interval. */
                                    failing: {
                                        value: number;
                                        low: number;
                                        high: number;
                                    } | null;
                                    /** @description Within 5%. */
                                    latency: {
                                        p50: number;
                                        p95: number;
                                        p99: number;
                                    } | null;
                                    /** @description `ok` and errors' codes. */
                                    outcomes: {
                                        [key: string]: number;
                                    };
                                }[];
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deployments/{name}/predictions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What was answered last, newest first: no image, no key */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    before?: string;
                };
                header?: never;
                path: {
                    name: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            predictions: {
                                id: string;
                                /** Format: date-time */
                                at: string;
                                variant: string;
                                /** @enum {string} */
                                role: "live" | "canary" | "shadow";
                                revision: number;
                                model: string;
                                version: number;
                                outcome: string;
                                milliseconds: number;
                                label: string | null;
                                positive: {
                                    probability: number;
                                    threshold: number;
                                    verdict: boolean;
                                } | null;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All jobs, newest first */
        get: {
            parameters: {
                query?: {
                    limit?: number;
                    /** @description `next` of the page before. */
                    cursor?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            jobs: {
                                id: string;
                                name: string;
                                /**
                                 * @description `receiving` until all its images have arrived.
                                 * @enum {string}
                                 */
                                state: "receiving" | "waiting" | "running" | "finished" | "failed" | "cancelled";
                                /** @description Running by its state, though nobody works on it: who did was stopped, or has vanished. */
                                idle: boolean;
                                /** @description The deployment, or the version, that answers. */
                                model: string;
                                who: string;
                                /**
                                 * @description `upload`: its images were sent here. Others are the work of `osler score`, where their images are.
                                 * @enum {string}
                                 */
                                source: "upload" | "folder" | "archive";
                                /** Format: date-time */
                                createdAt: string;
                                startedAt: string | null;
                                endedAt: string | null;
                                total: number;
                                /** @description Images with an answer or an error of their own. */
                                done: number;
                                /** @description Of `done`, those with an error. */
                                failed: number;
                                error: string | null;
                            }[];
                            next: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Score many images
         * @description A form with image files or ZIP archives, as many as there are; before them the fields deployment (or model) and name. Answered when all have arrived; they are kept, encrypted, until the job has ended.
         */
        post: {
            parameters: {
                query?: {
                    deployment?: string;
                    /** @description A registered version instead: models:/skin@champion, skin@3. */
                    model?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "multipart/form-data": {
                        deployment?: string;
                        model?: string;
                        name?: string;
                        file: string[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            name: string;
                            /**
                             * @description `receiving` until all its images have arrived.
                             * @enum {string}
                             */
                            state: "receiving" | "waiting" | "running" | "finished" | "failed" | "cancelled";
                            /** @description Running by its state, though nobody works on it: who did was stopped, or has vanished. */
                            idle: boolean;
                            /** @description The deployment, or the version, that answers. */
                            model: string;
                            who: string;
                            /**
                             * @description `upload`: its images were sent here. Others are the work of `osler score`, where their images are.
                             * @enum {string}
                             */
                            source: "upload" | "folder" | "archive";
                            /** Format: date-time */
                            createdAt: string;
                            startedAt: string | null;
                            endedAt: string | null;
                            total: number;
                            /** @description Images with an answer or an error of their own. */
                            done: number;
                            /** @description Of `done`, those with an error. */
                            failed: number;
                            error: string | null;
                            /** @description Entries of archives that were left out: no images by their names, or hidden. */
                            skipped: number;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How a job stands */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            name: string;
                            /**
                             * @description `receiving` until all its images have arrived.
                             * @enum {string}
                             */
                            state: "receiving" | "waiting" | "running" | "finished" | "failed" | "cancelled";
                            /** @description Running by its state, though nobody works on it: who did was stopped, or has vanished. */
                            idle: boolean;
                            /** @description The deployment, or the version, that answers. */
                            model: string;
                            who: string;
                            /**
                             * @description `upload`: its images were sent here. Others are the work of `osler score`, where their images are.
                             * @enum {string}
                             */
                            source: "upload" | "folder" | "archive";
                            /** Format: date-time */
                            createdAt: string;
                            startedAt: string | null;
                            endedAt: string | null;
                            total: number;
                            /** @description Images with an answer or an error of their own. */
                            done: number;
                            /** @description Of `done`, those with an error. */
                            failed: number;
                            error: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Forget a job with its answers */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a job; what is done of it is kept */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            name: string;
                            /**
                             * @description `receiving` until all its images have arrived.
                             * @enum {string}
                             */
                            state: "receiving" | "waiting" | "running" | "finished" | "failed" | "cancelled";
                            /** @description Running by its state, though nobody works on it: who did was stopped, or has vanished. */
                            idle: boolean;
                            /** @description The deployment, or the version, that answers. */
                            model: string;
                            who: string;
                            /**
                             * @description `upload`: its images were sent here. Others are the work of `osler score`, where their images are.
                             * @enum {string}
                             */
                            source: "upload" | "folder" | "archive";
                            /** Format: date-time */
                            createdAt: string;
                            startedAt: string | null;
                            endedAt: string | null;
                            total: number;
                            /** @description Images with an answer or an error of their own. */
                            done: number;
                            /** @description Of `done`, those with an error. */
                            failed: number;
                            error: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go on with a job that failed: its images are still there */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            id: string;
                            name: string;
                            /**
                             * @description `receiving` until all its images have arrived.
                             * @enum {string}
                             */
                            state: "receiving" | "waiting" | "running" | "finished" | "failed" | "cancelled";
                            /** @description Running by its state, though nobody works on it: who did was stopped, or has vanished. */
                            idle: boolean;
                            /** @description The deployment, or the version, that answers. */
                            model: string;
                            who: string;
                            /**
                             * @description `upload`: its images were sent here. Others are the work of `osler score`, where their images are.
                             * @enum {string}
                             */
                            source: "upload" | "folder" | "archive";
                            /** Format: date-time */
                            createdAt: string;
                            startedAt: string | null;
                            endedAt: string | null;
                            total: number;
                            /** @description Images with an answer or an error of their own. */
                            done: number;
                            /** @description Of `done`, those with an error. */
                            failed: number;
                            error: string | null;
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Images of a job with what was said of them, a stretch at a time */
        get: {
            parameters: {
                query?: {
                    /** @description `failed`: those with an error. */
                    which?: "all" | "failed";
                    offset?: number;
                    limit?: number;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            items: {
                                /** @description From 0, in the order of the images. */
                                number: number;
                                file: string;
                                /** @description `ok`, or the error's code; null while it is open. */
                                outcome: string | null;
                                label: string | null;
                                /** @description Of the label. */
                                probability: number | null;
                                positive: {
                                    probability: number;
                                    threshold: number;
                                    verdict: boolean;
                                } | null;
                                /** @description Why a person should decide; null where nothing speaks against the answer. */
                                abstention: string | null;
                                /** @description Who answered. */
                                model: string | null;
                                /** @description The answer's id in the deployment's log. */
                                prediction: string | null;
                                error: string | null;
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{id}/result": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The answers that there are
         * @description JSON lines or CSV, in the order of the images; an image that could not be read has its error in its line.
         */
        get: {
            parameters: {
                query?: {
                    format?: "jsonl" | "csv";
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description As it is. */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/x-ndjson": string;
                        "text/csv": string;
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is the process alive? */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @enum {string} */
                            status: "live";
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * May traffic be sent here?
         * @description 503 while closing, and where no model can answer. What the last look found: it costs nothing.
         */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /**
                             * @description `degraded`: it answers, and something that it should have is missing.
                             * @enum {string}
                             */
                            status: "ready" | "degraded" | "failed" | "closing";
                            /** @description What is not as it should be: `store`, `disk`, `model`...; nothing else of it. */
                            troubles: string[];
                        };
                    };
                };
                /** @description Default Response */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /**
                             * @description `degraded`: it answers, and something that it should have is missing.
                             * @enum {string}
                             */
                            status: "ready" | "degraded" | "failed" | "closing";
                            /** @description What is not as it should be: `store`, `disk`, `model`...; nothing else of it. */
                            troubles: string[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The server, in KServe V2 */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            version: string;
                            extensions: string[];
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Is the process alive? */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            live: boolean;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** May traffic be sent here? */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ready: boolean;
                        };
                    };
                };
                /** @description Default Response */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            ready: boolean;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Inputs and outputs */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    model: string;
                    version: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            versions: string[];
                            platform: string;
                            /** @description One of them is sent: files, or tensors of the size that the network takes. */
                            inputs: {
                                name: string;
                                datatype: string;
                                shape: number[];
                                parameters?: {
                                    [key: string]: string;
                                };
                            }[];
                            outputs: {
                                name: string;
                                datatype: string;
                                shape: number[];
                                parameters?: {
                                    [key: string]: string;
                                };
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            error: string;
                            code?: string;
                            hint?: string;
                        };
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Does the model answer? */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    model: string;
                    version: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            ready: boolean;
                        };
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            error: string;
                            code?: string;
                            hint?: string;
                        };
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            ready: boolean;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/infer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Predict images
         * @description One input: `image` (BYTES, files; base64 in JSON), `images` (FP32, normalised, NCHW) or `pixels` (UINT8, NHWC). Outputs as asked for, else all.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    model: string;
                    version: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        id?: string;
                        inputs: {
                            /** @enum {string} */
                            name: "image" | "images" | "pixels";
                            /** @enum {string} */
                            datatype: "BYTES" | "FP32" | "UINT8";
                            shape: number[];
                            parameters?: Record<string, never>;
                            data?: unknown[];
                        }[];
                        outputs?: {
                            name: string;
                        }[];
                    };
                    "application/octet-stream": string;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            model_name: string;
                            model_version: string;
                            id: string;
                            parameters?: {
                                [key: string]: string | number | boolean;
                            };
                            outputs: {
                                name: string;
                                datatype: string;
                                shape: number[];
                                parameters?: {
                                    [key: string]: string | number;
                                };
                                data?: (number | string | boolean)[];
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            error: string;
                            code?: string;
                            hint?: string;
                        };
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            error: string;
                            code?: string;
                            hint?: string;
                        };
                    };
                };
                /** @description Default Response */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            error: string;
                            code?: string;
                            hint?: string;
                        };
                    };
                };
                /** @description Default Response */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            error: string;
                            code?: string;
                            hint?: string;
                        };
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            error: string;
                            code?: string;
                            hint?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/versions/{version}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Inputs and outputs */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    model: string;
                    version: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            versions: string[];
                            platform: string;
                            /** @description One of them is sent: files, or tensors of the size that the network takes. */
                            inputs: {
                                name: string;
                                datatype: string;
                                shape: number[];
                                parameters?: {
                                    [key: string]: string;
                                };
                            }[];
                            outputs: {
                                name: string;
                                datatype: string;
                                shape: number[];
                                parameters?: {
                                    [key: string]: string;
                                };
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            error: string;
                            code?: string;
                            hint?: string;
                        };
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/versions/{version}/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Does the model answer? */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    model: string;
                    version: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            ready: boolean;
                        };
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            error: string;
                            code?: string;
                            hint?: string;
                        };
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            name: string;
                            ready: boolean;
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v2/models/{model}/versions/{version}/infer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Predict images
         * @description One input: `image` (BYTES, files; base64 in JSON), `images` (FP32, normalised, NCHW) or `pixels` (UINT8, NHWC). Outputs as asked for, else all.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    model: string;
                    version: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        id?: string;
                        inputs: {
                            /** @enum {string} */
                            name: "image" | "images" | "pixels";
                            /** @enum {string} */
                            datatype: "BYTES" | "FP32" | "UINT8";
                            shape: number[];
                            parameters?: Record<string, never>;
                            data?: unknown[];
                        }[];
                        outputs?: {
                            name: string;
                        }[];
                    };
                    "application/octet-stream": string;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            model_name: string;
                            model_version: string;
                            id: string;
                            parameters?: {
                                [key: string]: string | number | boolean;
                            };
                            outputs: {
                                name: string;
                                datatype: string;
                                shape: number[];
                                parameters?: {
                                    [key: string]: string | number;
                                };
                                data?: (number | string | boolean)[];
                            }[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            error: string;
                            code?: string;
                            hint?: string;
                        };
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            error: string;
                            code?: string;
                            hint?: string;
                        };
                    };
                };
                /** @description Default Response */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            error: string;
                            code?: string;
                            hint?: string;
                        };
                    };
                };
                /** @description Default Response */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            error: string;
                            code?: string;
                            hint?: string;
                        };
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            error: string;
                            code?: string;
                            hint?: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ping": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** May traffic be sent here? (SageMaker, MLflow) */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": string;
                    };
                };
                /** @description Default Response */
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": string;
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/invocations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Predict images (SageMaker, MLflow)
         * @description SageMaker: the bytes of an image, or {"image": base64}. MLflow: dataframe_split, dataframe_records, instances or inputs with base64, or the numbers that the graph takes; also CSV.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/octet-stream": string;
                    "image/*": string;
                    "application/json": {
                        /** Format: byte */
                        image: string;
                        key?: string;
                    } | {
                        /** @description A data frame or tensors, as MLflow writes them. */
                        dataframe_split: Record<string, never>;
                    } | {
                        dataframe_records: unknown;
                    } | {
                        instances: unknown;
                    } | {
                        inputs: unknown;
                    };
                    "text/csv": string;
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": ({
                            /** @description Of the class decided for, in the order of the labels. */
                            predicted_index: number;
                            /** @description By class. */
                            probabilities: number[];
                            predicted_label: string;
                        } & {
                            [key: string]: components["schemas"]["AnyJson"];
                        }) | {
                            predictions: ({
                                label: string;
                                probabilities: {
                                    [key: string]: number;
                                };
                            } & {
                                [key: string]: components["schemas"]["AnyJson"];
                            })[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            error: {
                                /** @description Names one kind of mistake for ever; match on this. */
                                code: string;
                                message: string;
                                hint?: string;
                            };
                        } & {
                            [key: string]: string;
                        };
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            error: {
                                /** @description Names one kind of mistake for ever; match on this. */
                                code: string;
                                message: string;
                                hint?: string;
                            };
                        } & {
                            [key: string]: string;
                        };
                    };
                };
                /** @description Default Response */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            error: {
                                /** @description Names one kind of mistake for ever; match on this. */
                                code: string;
                                message: string;
                                hint?: string;
                            };
                        } & {
                            [key: string]: string;
                        };
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            error: {
                                /** @description Names one kind of mistake for ever; match on this. */
                                code: string;
                                message: string;
                                hint?: string;
                            };
                        } & {
                            [key: string]: string;
                        };
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/inference": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Predict one image, told as a diagnosis
         * @description The image as multipart/form-data (field `file`), as raw bytes, or as base64 in JSON.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "multipart/form-data": {
                        /** Format: binary */
                        file: string;
                    };
                    "application/octet-stream": string;
                    "image/*": string;
                    "application/json": {
                        /** Format: byte */
                        image: string;
                        /** @enum {unknown} */
                        heatmap?: true | false | "map";
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            predicted_class: string;
                            /** @description The class in words, where it is a code of the ISIC archive. */
                            diagnosis: string;
                            /** @description Probability of the class. */
                            confidence: number;
                            /** @description Whether the summed probability of the positive classes reaches the operating point; null where none are named. */
                            is_cancer: boolean | null;
                            probabilities: {
                                [key: string]: number;
                            };
                        } & {
                            [key: string]: components["schemas"]["AnyJson"];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/predict": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Predict rows of pixels */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": {
                        /** @description Images: height x width x channels values from 0 to 255 each, flat or nested. */
                        data: unknown[];
                    };
                };
            };
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            /** @description For each image the probability of each class. */
                            predictions: number[][];
                            /** @description Seconds. */
                            inference_time: number;
                            model_type: string;
                            labels: string[];
                            answers: ({
                                label: string;
                            } & {
                                [key: string]: components["schemas"]["AnyJson"];
                            })[];
                        };
                    };
                };
                /** @description Default Response */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
                /** @description Default Response */
                429: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ErrorBody"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/about": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Which server this is, and who asks */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                /** @description Default Response */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": {
                            version: string;
                            /** @description Parts of the page that this server has routes for. */
                            rooms: ("home" | "predict" | "jobs" | "datasets" | "experiments" | "models" | "deployments")[];
                            /** @description Who asks; null before signing in. */
                            user: {
                                name: string;
                                permissions: ("public" | "read" | "predict" | "write" | "decide" | "manage")[];
                            } | null;
                            auth: {
                                /** @description Whether one must sign in to see anything. */
                                required: boolean;
                                /** @description Ways to do so. */
                                methods: ("key" | "oidc")[];
                            };
                        };
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What went wrong, in a sentence, and what to do. */
        ErrorBodyInput: {
            error: {
                /** @description Names one kind of mistake for ever; match on this. */
                code: string;
                message: string;
                hint?: string;
            };
        };
        /** @description What went wrong, in a sentence, and what to do. */
        ErrorBody: {
            error: {
                /** @description Names one kind of mistake for ever; match on this. */
                code: string;
                message: string;
                hint?: string;
            };
        };
        /** @description Any JSON. */
        AnyJson: unknown;
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
