// SPDX-License-Identifier: Apache-2.0
// What goes wrong in a call: the API's own error shape, or no answer at all.

export class ApiError extends Error {
    readonly status: number; // 0: no answer
    readonly code: string;
    readonly details: Readonly<Record<string, string>>; // field path → what is wrong with it

    constructor(
        status: number,
        code: string,
        message: string,
        details: Readonly<Record<string, string>> = {},
    ) {
        super(message);
        this.name = 'ApiError';
        this.status = status;
        this.code = code;
        this.details = details;
    }

    get isOffline(): boolean {
        return this.status === 0;
    }
}

function texts(value: unknown): Record<string, string> {
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(
        Object.entries(value).map(([name, text]) => [name, String(text)]),
    );
}

// Makes an error of an answer's status and body ({"error","message","code","details"}).
export function errorOf(status: number, body: unknown): ApiError {
    const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<
        string,
        unknown
    >;
    const message = fields.message ?? fields.error;
    return new ApiError(
        status,
        typeof fields.code === 'string' ? fields.code : `HTTP_${status}`,
        typeof message === 'string' ? message : `The server answered with status ${status}.`,
        texts(fields.details),
    );
}

// Whether somebody else changed the thing since it was read.
export function isChangedMeanwhile(error: unknown): boolean {
    return error instanceof ApiError && error.status === 412;
}

// The sentence to show to a person.
export function messageOf(error: unknown): string {
    if (error instanceof ApiError) return error.message;
    return error instanceof Error ? error.message : String(error);
}
