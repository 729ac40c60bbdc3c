// Stands in for types that adaptivecards-templating imports from the source files of adaptivecards, which do not
// compile under our settings. We use neither of them.
export interface IAdaptiveCard {
  readonly type: 'AdaptiveCard';
}
