"""The resource TransferJob: its models, its rules, and the CRD that is made from them."""
