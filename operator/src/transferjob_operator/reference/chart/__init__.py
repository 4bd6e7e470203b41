"""The values of the Helm chart as models; its schema, values.yaml and README are generated from them."""
