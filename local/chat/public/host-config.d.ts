/** Teams' light theme in the form of Adaptive Cards' host configuration (`new HostConfig(hostConfig)`). */
export declare const hostConfig: Readonly<Record<string, unknown>>;
