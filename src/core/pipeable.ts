/** `pipe` with up to 20 steps: one signature per number of steps, so that each step's type is known to the next. */

/** What `pipe` takes: a function from a collection to whatever the step makes of it. */
export type Step<In, Out> = (input: In) => Out

/**
 * Applies steps from left to right: `x.pipe(f, g)` is `g(f(x))`. NoInfer keeps a step that does not fit from changing
 * what the step before is taken to give, so that the error stands on the right step. The default `never` lets the
 * compiler look at ready-made steps before it knows what they are given. After 20 steps, pipe again.
 */
// biome-ignore format: a table, one signature per number of steps
export interface Pipeable {
  pipe<S1 = never>(s1: Step<this, S1>): S1
  pipe<S1 = never, S2 = never>(s1: Step<this, S1>, s2: Step<NoInfer<S1>, S2>): S2
  pipe<S1 = never, S2 = never, S3 = never>(
    s1: Step<this, S1>, s2: Step<NoInfer<S1>, S2>, s3: Step<NoInfer<S2>, S3>): S3
  pipe<S1 = never, S2 = never, S3 = never, S4 = never>(
    s1: Step<this, S1>, s2: Step<NoInfer<S1>, S2>, s3: Step<NoInfer<S2>, S3>, s4: Step<NoInfer<S3>, S4>): S4
  pipe<S1 = never, S2 = never, S3 = never, S4 = never, S5 = never>(
    s1: Step<this, S1>, s2: Step<NoInfer<S1>, S2>, s3: Step<NoInfer<S2>, S3>, s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>): S5
  pipe<S1 = never, S2 = never, S3 = never, S4 = never, S5 = never, S6 = never>(
    s1: Step<this, S1>, s2: Step<NoInfer<S1>, S2>, s3: Step<NoInfer<S2>, S3>, s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>, s6: Step<NoInfer<S5>, S6>): S6
  pipe<S1 = never, S2 = never, S3 = never, S4 = never, S5 = never, S6 = never, S7 = never>(
    s1: Step<this, S1>, s2: Step<NoInfer<S1>, S2>, s3: Step<NoInfer<S2>, S3>, s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>, s6: Step<NoInfer<S5>, S6>, s7: Step<NoInfer<S6>, S7>): S7
  pipe<S1 = never, S2 = never, S3 = never, S4 = never, S5 = never, S6 = never, S7 = never, S8 = never>(
    s1: Step<this, S1>, s2: Step<NoInfer<S1>, S2>, s3: Step<NoInfer<S2>, S3>, s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>, s6: Step<NoInfer<S5>, S6>, s7: Step<NoInfer<S6>, S7>, s8: Step<NoInfer<S7>, S8>): S8
  pipe<S1 = never, S2 = never, S3 = never, S4 = never, S5 = never, S6 = never, S7 = never, S8 = never, S9 = never>(
    s1: Step<this, S1>, s2: Step<NoInfer<S1>, S2>, s3: Step<NoInfer<S2>, S3>, s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>, s6: Step<NoInfer<S5>, S6>, s7: Step<NoInfer<S6>, S7>, s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>): S9
  pipe<S1 = never, S2 = never, S3 = never, S4 = never, S5 = never, S6 = never, S7 = never, S8 = never, S9 = never,
    S10 = never>(
    s1: Step<this, S1>, s2: Step<NoInfer<S1>, S2>, s3: Step<NoInfer<S2>, S3>, s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>, s6: Step<NoInfer<S5>, S6>, s7: Step<NoInfer<S6>, S7>, s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>, s10: Step<NoInfer<S9>, S10>): S10
  pipe<S1 = never, S2 = never, S3 = never, S4 = never, S5 = never, S6 = never, S7 = never, S8 = never, S9 = never,
    S10 = never, S11 = never>(
    s1: Step<this, S1>, s2: Step<NoInfer<S1>, S2>, s3: Step<NoInfer<S2>, S3>, s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>, s6: Step<NoInfer<S5>, S6>, s7: Step<NoInfer<S6>, S7>, s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>, s10: Step<NoInfer<S9>, S10>, s11: Step<NoInfer<S10>, S11>): S11
  pipe<S1 = never, S2 = never, S3 = never, S4 = never, S5 = never, S6 = never, S7 = never, S8 = never, S9 = never,
    S10 = never, S11 = never, S12 = never>(
    s1: Step<this, S1>, s2: Step<NoInfer<S1>, S2>, s3: Step<NoInfer<S2>, S3>, s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>, s6: Step<NoInfer<S5>, S6>, s7: Step<NoInfer<S6>, S7>, s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>, s10: Step<NoInfer<S9>, S10>, s11: Step<NoInfer<S10>, S11>,
    s12: Step<NoInfer<S11>, S12>): S12
  pipe<S1 = never, S2 = never, S3 = never, S4 = never, S5 = never, S6 = never, S7 = never, S8 = never, S9 = never,
    S10 = never, S11 = never, S12 = never, S13 = never>(
    s1: Step<this, S1>, s2: Step<NoInfer<S1>, S2>, s3: Step<NoInfer<S2>, S3>, s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>, s6: Step<NoInfer<S5>, S6>, s7: Step<NoInfer<S6>, S7>, s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>, s10: Step<NoInfer<S9>, S10>, s11: Step<NoInfer<S10>, S11>,
    s12: Step<NoInfer<S11>, S12>, s13: Step<NoInfer<S12>, S13>): S13
  pipe<S1 = never, S2 = never, S3 = never, S4 = never, S5 = never, S6 = never, S7 = never, S8 = never, S9 = never,
    S10 = never, S11 = never, S12 = never, S13 = never, S14 = never>(
    s1: Step<this, S1>, s2: Step<NoInfer<S1>, S2>, s3: Step<NoInfer<S2>, S3>, s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>, s6: Step<NoInfer<S5>, S6>, s7: Step<NoInfer<S6>, S7>, s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>, s10: Step<NoInfer<S9>, S10>, s11: Step<NoInfer<S10>, S11>,
    s12: Step<NoInfer<S11>, S12>, s13: Step<NoInfer<S12>, S13>, s14: Step<NoInfer<S13>, S14>): S14
  pipe<S1 = never, S2 = never, S3 = never, S4 = never, S5 = never, S6 = never, S7 = never, S8 = never, S9 = never,
    S10 = never, S11 = never, S12 = never, S13 = never, S14 = never, S15 = never>(
    s1: Step<this, S1>, s2: Step<NoInfer<S1>, S2>, s3: Step<NoInfer<S2>, S3>, s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>, s6: Step<NoInfer<S5>, S6>, s7: Step<NoInfer<S6>, S7>, s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>, s10: Step<NoInfer<S9>, S10>, s11: Step<NoInfer<S10>, S11>,
    s12: Step<NoInfer<S11>, S12>, s13: Step<NoInfer<S12>, S13>, s14: Step<NoInfer<S13>, S14>,
    s15: Step<NoInfer<S14>, S15>): S15
  pipe<S1 = never, S2 = never, S3 = never, S4 = never, S5 = never, S6 = never, S7 = never, S8 = never, S9 = never,
    S10 = never, S11 = never, S12 = never, S13 = never, S14 = never, S15 = never, S16 = never>(
    s1: Step<this, S1>, s2: Step<NoInfer<S1>, S2>, s3: Step<NoInfer<S2>, S3>, s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>, s6: Step<NoInfer<S5>, S6>, s7: Step<NoInfer<S6>, S7>, s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>, s10: Step<NoInfer<S9>, S10>, s11: Step<NoInfer<S10>, S11>,
    s12: Step<NoInfer<S11>, S12>, s13: Step<NoInfer<S12>, S13>, s14: Step<NoInfer<S13>, S14>,
    s15: Step<NoInfer<S14>, S15>, s16: Step<NoInfer<S15>, S16>): S16
  pipe<S1 = never, S2 = never, S3 = never, S4 = never, S5 = never, S6 = never, S7 = never, S8 = never, S9 = never,
    S10 = never, S11 = never, S12 = never, S13 = never, S14 = never, S15 = never, S16 = never, S17 = never>(
    s1: Step<this, S1>, s2: Step<NoInfer<S1>, S2>, s3: Step<NoInfer<S2>, S3>, s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>, s6: Step<NoInfer<S5>, S6>, s7: Step<NoInfer<S6>, S7>, s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>, s10: Step<NoInfer<S9>, S10>, s11: Step<NoInfer<S10>, S11>,
    s12: Step<NoInfer<S11>, S12>, s13: Step<NoInfer<S12>, S13>, s14: Step<NoInfer<S13>, S14>,
    s15: Step<NoInfer<S14>, S15>, s16: Step<NoInfer<S15>, S16>, s17: Step<NoInfer<S16>, S17>): S17
  pipe<S1 = never, S2 = never, S3 = never, S4 = never, S5 = never, S6 = never, S7 = never, S8 = never, S9 = never,
    S10 = never, S11 = never, S12 = never, S13 = never, S14 = never, S15 = never, S16 = never, S17 = never,
    S18 = never>(
    s1: Step<this, S1>, s2: Step<NoInfer<S1>, S2>, s3: Step<NoInfer<S2>, S3>, s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>, s6: Step<NoInfer<S5>, S6>, s7: Step<NoInfer<S6>, S7>, s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>, s10: Step<NoInfer<S9>, S10>, s11: Step<NoInfer<S10>, S11>,
    s12: Step<NoInfer<S11>, S12>, s13: Step<NoInfer<S12>, S13>, s14: Step<NoInfer<S13>, S14>,
    s15: Step<NoInfer<S14>, S15>, s16: Step<NoInfer<S15>, S16>, s17: Step<NoInfer<S16>, S17>,
    s18: Step<NoInfer<S17>, S18>): S18
  pipe<S1 = never, S2 = never, S3 = never, S4 = never, S5 = never, S6 = never, S7 = never, S8 = never, S9 = never,
    S10 = never, S11 = never, S12 = never, S13 = never, S14 = never, S15 = never, S16 = never, S17 = never,
    S18 = never, S19 = never>(
    s1: Step<this, S1>, s2: Step<NoInfer<S1>, S2>, s3: Step<NoInfer<S2>, S3>, s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>, s6: Step<NoInfer<S5>, S6>, s7: Step<NoInfer<S6>, S7>, s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>, s10: Step<NoInfer<S9>, S10>, s11: Step<NoInfer<S10>, S11>,
    s12: Step<NoInfer<S11>, S12>, s13: Step<NoInfer<S12>, S13>, s14: Step<NoInfer<S13>, S14>,
    s15: Step<NoInfer<S14>, S15>, s16: Step<NoInfer<S15>, S16>, s17: Step<NoInfer<S16>, S17>,
    s18: Step<NoInfer<S17>, S18>, s19: Step<NoInfer<S18>, S19>): S19
  pipe<S1 = never, S2 = never, S3 = never, S4 = never, S5 = never, S6 = never, S7 = never, S8 = never, S9 = never,
    S10 = never, S11 = never, S12 = never, S13 = never, S14 = never, S15 = never, S16 = never, S17 = never,
    S18 = never, S19 = never, S20 = never>(
    s1: Step<this, S1>, s2: Step<NoInfer<S1>, S2>, s3: Step<NoInfer<S2>, S3>, s4: Step<NoInfer<S3>, S4>,
    s5: Step<NoInfer<S4>, S5>, s6: Step<NoInfer<S5>, S6>, s7: Step<NoInfer<S6>, S7>, s8: Step<NoInfer<S7>, S8>,
    s9: Step<NoInfer<S8>, S9>, s10: Step<NoInfer<S9>, S10>, s11: Step<NoInfer<S10>, S11>,
    s12: Step<NoInfer<S11>, S12>, s13: Step<NoInfer<S12>, S13>, s14: Step<NoInfer<S13>, S14>,
    s15: Step<NoInfer<S14>, S15>, s16: Step<NoInfer<S15>, S16>, s17: Step<NoInfer<S16>, S17>,
    s18: Step<NoInfer<S17>, S18>, s19: Step<NoInfer<S18>, S19>, s20: Step<NoInfer<S19>, S20>): S20
}
