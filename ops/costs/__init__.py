"""What a site costs: the calls, bytes and milliseconds of each system, priced by one list.

`systems` declares what each system uses, `months` counts a month and pictures made ahead, `showing` and
`reference` print it, and `picture` draws it.
"""
